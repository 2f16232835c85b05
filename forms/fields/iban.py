import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from schwifty import IBAN
from schwifty.exceptions import InvalidChecksumDigits, InvalidCountryCode, InvalidLength, SchwiftyException
from wagtail import blocks

from forms.fields.base import Definition, FieldType, Group, QuestionBlock, Retention, with_settings

MAX_TYPED = 60


class IbanBlock(QuestionBlock):
    belgian_only = blocks.BooleanBlock(
        label=_("Only Belgian accounts"), required=False, help_text=_("Leave off when somebody may live abroad.")
    )

    class Meta:
        form_layout = with_settings("belgian_only")


class IbanField(forms.Field):
    """An account number without spaces, with a right checksum. Which bank it is does not matter."""

    default_error_messages = {
        "invalid": _("Fill in an account number (IBAN) such as BE68 5390 0754 7034. You find it on your bank card."),
        "country": _("An account number (IBAN) begins with two letters for the country, such as BE."),
        "length": _("This account number is too long or too short. A Belgian one has BE and 14 digits."),
        "checksum": _("There is a mistake in this account number. Look at it digit by digit."),
        "old": _("This is an account number of before 2011. Fill in the IBAN, which begins with BE."),
        "belgian": _("Fill in a Belgian account number. It begins with BE."),
    }

    def __init__(self, *, belgian_only: bool, **kwargs: Any) -> None:
        self.belgian_only = belgian_only
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        typed = str(value if value is not None else "")[: MAX_TYPED + 1]
        text = re.sub(r"[\s.\-_/]", "", typed).upper().removeprefix("IBAN").removeprefix(":")
        if not typed.strip():
            return ""
        if re.fullmatch(r"[0-9]{12}", text):
            raise self._error("old")
        try:
            number = IBAN(text)
        except InvalidCountryCode:
            raise self._error("country")
        except InvalidLength:
            raise self._error("length")
        except InvalidChecksumDigits:
            raise self._error("checksum")
        except SchwiftyException:
            raise self._error("country" if re.fullmatch(r"[0-9]{8,}", text) else "invalid")
        if self.belgian_only and number.country_code != "BE":
            raise self._error("belgian")
        return str(number.compact)

    def _error(self, code: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code)


class IbanType(FieldType):
    name = "iban"
    formidable_type = "text"
    block_class = IbanBlock
    group = Group.DATA
    label = _("Account number (IBAN)")
    icon = "decimal"
    description = _("A bank account, checked for mistakes.")
    form_field = IbanField
    retention = Retention.PERSONAL

    def definition(self, value: Any, key: str, keys: dict[str, str] | None = None) -> Definition:
        definition = super().definition(value, key, keys)
        definition["parameters"]["belgian_only"] = bool(value.get("belgian_only"))
        return definition

    def example(self, value: Any) -> Any:
        return _("For example BE68 5390 0754 7034.")

    def widget(self, definition: Definition) -> forms.Widget:
        return forms.TextInput(
            attrs={
                "class": "govuk-input--width-20",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        )

    def field_kwargs(self, definition: Definition) -> dict[str, Any]:
        return {"belgian_only": definition["parameters"]["belgian_only"]}

    def form_data(self, answer: Any) -> Any:
        return self.display(answer, {})

    def display(self, answer: Any, definition: Definition) -> str:
        return " ".join(answer[place : place + 4] for place in range(0, len(answer), 4)) if answer else ""
