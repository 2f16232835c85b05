from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from forms.fields.base import Definition, Group, Purpose, QuestionBlock, Retention, with_settings
from forms.fields.compound import Answer, CompoundType, own
from forms.fields.date import AnswerDateField, AnswerDateInput, Limits, in_words
from forms.fields.email import AddressField, EmailType
from forms.fields.phone import PhoneField, PhoneType
from forms.fields.text import SingleLineField

CHOSEN = ("birth_date", "email", "phone")
"""Parts that an editor may ask besides the name."""
SERVES = {"birth_date": Purpose.BIRTH_DATE, "email": Purpose.EMAIL, "phone": Purpose.PHONE}
"""Parts of somebody's own data, and what Loket does with them."""


class AskBlock(blocks.ChoiceBlock):
    """Whether a part is asked."""

    choices = [("", _("Do not ask")), ("optional", _("Ask")), ("required", _("Ask, and it must be answered"))]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)


class PersonBlock(QuestionBlock):
    is_own = blocks.BooleanBlock(
        label=_("This is the person who fills in the form"),
        required=False,
        default=True,
        help_text=_("Browsers can then fill it in, and Loket answers this person. Switch it off for somebody else."),
    )
    birth_date = AskBlock(label=_("Date of birth"))
    email = AskBlock(label=_("E-mail address"))
    phone = AskBlock(label=_("Phone number"))

    class Meta:
        form_layout = with_settings("is_own", *CHOSEN)


class BirthDateField(AnswerDateField):
    """A date in the past of somebody who may be alive."""

    def __init__(self, **kwargs: Any) -> None:
        limits = {"side": "past", "earliest": "", "latest": "", "days_from": None, "days_until": None}
        super().__init__(limits=Limits(limits), **kwargs)


class PersonType(CompoundType):
    name = "person"
    block_class = PersonBlock
    group = Group.DATA
    label = _("Person")
    icon = "user"
    description = _("First name and last name; date of birth, e-mail address and phone number if you like.")
    retention = Retention.PERSONAL

    def definition(self, value: Any, key: str, *args: Any) -> Definition:
        made = super().definition(value, key, *args)
        made["parameters"]["is_own"] = bool(value.get("is_own"))
        made["parameters"]["ask"] = {part: asked for part in CHOSEN if (asked := value.get(part))}
        return made

    def purpose(self, value: Any) -> str:
        return Purpose.NAME if value.get("is_own") else ""

    def purposes(self, definition: Definition, *, surely: bool = False) -> list[str]:
        if not definition["parameters"]["is_own"]:
            return []
        ask = definition["parameters"]["ask"]
        levels = ("required",) if surely else ("required", "optional")
        return [Purpose.NAME, *(purpose for part, purpose in SERVES.items() if ask.get(part) in levels)]

    def serve(self, purpose: str, answer: Any, definition: Definition) -> Any:
        if purpose == Purpose.NAME:
            return _full_name(answer)
        return next(answer.get(part, "") for part, serves in SERVES.items() if serves == purpose)

    def typed_in(self, purpose: str) -> list[str]:
        if purpose == Purpose.NAME:
            return ["-first_name", "-last_name"]
        return [f"-{part}" for part, serves in SERVES.items() if serves == purpose]

    def known(self, known: Mapping[str, Any], definition: Definition) -> Any:
        """Not the name: where the last name begins, the register does not know."""
        asked = definition["parameters"]["ask"] if definition["parameters"]["is_own"] else {}
        return {
            part: value for part, purpose in SERVES.items() if part in asked and (value := known.get(purpose))
        } or None

    def parts(self, definition: Definition) -> dict[str, forms.Field]:
        is_own = definition["parameters"]["is_own"]
        ask = definition["parameters"]["ask"]
        made: dict[str, forms.Field] = {
            "first_name": SingleLineField(
                label=_("First name"),
                max_length=90,
                widget=forms.TextInput(own("given-name", definition, spellcheck="false")),
            ),
            "last_name": SingleLineField(
                label=_("Last name"),
                max_length=100,
                widget=forms.TextInput(own("family-name", definition, spellcheck="false")),
            ),
        }
        if "birth_date" in ask:
            made["birth_date"] = BirthDateField(
                label=_("Date of birth"),
                help_text=_("For example 27 3 1985."),
                required=ask["birth_date"] == "required",
                widget=AnswerDateInput(own("bday", definition)),
            )
        # The boxes of the types for one address or number, so that all of Loket takes the same ones.
        for part, field_type, field_class, purpose, label in (
            ("email", EmailType(), AddressField, Purpose.EMAIL, _("E-mail address")),
            ("phone", PhoneType(), PhoneField, Purpose.PHONE, _("Phone number")),
        ):
            if part in ask:
                alone = {"parameters": {"purpose": purpose if is_own else ""}}
                made[part] = field_class(
                    label=label,
                    required=ask[part] == "required",
                    widget=field_type.widget(alone),
                    **field_type.field_kwargs(alone),
                )
        return made

    def typed(self, answer: Answer) -> Answer:
        phone = {"phone": PhoneType().form_data(answer["phone"])} if "phone" in answer else {}
        return answer | phone

    def display(self, answer: Any, definition: Definition) -> str:
        if not answer:
            return ""
        lines = [_full_name(answer)]
        if "birth_date" in answer:
            lines.append(str(_("Born on %(date)s") % {"date": in_words(date.fromisoformat(answer["birth_date"]))}))
        typed = self.typed(answer)
        return "\n".join([*lines, *(typed[part] for part in ("email", "phone") if part in typed)])


def _full_name(answer: Answer) -> str:
    return f"{answer.get('first_name', '')} {answer.get('last_name', '')}".strip()
