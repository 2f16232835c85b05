import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from forms.fields.base import Definition, Group, Purpose, QuestionBlock, Retention, with_settings
from forms.fields.compound import Answer, CompoundType, PartsForm, own
from forms.fields.text import SingleLineField
from forms.towns import official_name, plain, towns

# "Statielei 10", "Statielei 10A bus 2": what a browser, or a habit, puts in one box.
IN_ONE_BOX = re.compile(
    r"(?P<street>\D+?)[ ,]+(?P<number>\d[^ ,]{0,11})(?:[ ,]+bus (?P<box>[^ ,]{1,10}))?", re.IGNORECASE | re.ASCII
)
NUMBER_WITH_BOX = re.compile(r"(?P<number>\d[^ ,]{0,11})[ ,]+bus (?P<box>[^ ,]{1,10})", re.IGNORECASE | re.ASCII)
NUMBER = re.compile(r"\d{1,5}([ /-]?[0-9A-Za-z]{1,6}){0,2}|z ?/? ?n", re.IGNORECASE | re.ASCII)
POSTCODE = re.compile(r"[1-9]\d{3}", re.ASCII)
BELGIUM = {"belgie", "belgium", "belgique", "belgien", "be", "b"}


HOME = "home"
"""Where somebody lives, among what the register knows."""


class LaterField(SingleLineField):
    """A box that may be put right, or filled in, from the other boxes before it is said to be empty."""

    def validate(self, value: Any) -> None:
        """check_address does."""


class AddressBlock(QuestionBlock):
    is_own = blocks.BooleanBlock(
        label=_("This is where the person lives who fills in the form"),
        required=False,
        default=True,
        help_text=_("Browsers can then fill it in. Switch it off for any other address."),
    )
    is_subject = blocks.BooleanBlock(
        label=_("This is the place that the dossier is about"),
        required=False,
        help_text=_("Staff then see it in their lists."),
    )
    allow_foreign = blocks.BooleanBlock(label=_("May be in another country"), required=False)

    class Meta:
        form_layout = with_settings("is_own", "is_subject", "allow_foreign")


class AddressType(CompoundType):
    name = "address"
    block_class = AddressBlock
    group = Group.DATA
    label = _("Address")
    icon = "home"
    description = _("Street, number, box, postcode and municipality, checked against the list of Belgian postcodes.")
    retention = Retention.PERSONAL

    def definition(self, value: Any, key: str, *args: Any) -> Definition:
        made = super().definition(value, key, *args)
        made["parameters"] |= {
            "is_own": bool(value.get("is_own")),
            "allow_foreign": bool(value.get("allow_foreign")),
        }
        return made

    def purpose(self, value: Any) -> str:
        return Purpose.PLACE if value.get("is_subject") else ""

    def serve(self, purpose: str, answer: Any, definition: Definition) -> Any:
        return written(answer)

    def known(self, known: Mapping[str, Any], definition: Definition) -> Any:
        """An address abroad only where the boxes for one are."""
        home = known.get(HOME) if definition["parameters"].get("is_own") else None
        return home if home and ("country" not in home or definition["parameters"].get("allow_foreign")) else None

    def parts(self, definition: Definition) -> dict[str, forms.Field]:
        return address_parts(definition, foreign=definition["parameters"]["allow_foreign"])

    def check(self, definition: Definition, form: PartsForm) -> None:
        check_address(form)

    def doubts(self, answer: Any, definition: Definition) -> list[str]:
        return address_doubts(answer)

    def display(self, answer: Any, definition: Definition) -> str:
        return written(answer)


def address_parts(definition: Definition, *, foreign: bool = False) -> dict[str, forms.Field]:
    """The boxes of an address, for every type that asks one."""

    def box(token: str, label: Any, longest: int, size: str = "", **more: Any) -> forms.Field:
        attrs = own(token, definition) if token else {"autocomplete": "off"}
        field_class = more.pop("field_class", SingleLineField)
        widget = forms.TextInput(attrs | ({"class": size} if size else {}) | more.pop("attrs", {}))
        return field_class(label=label, max_length=longest, widget=widget, **more)

    short = "govuk-input--width-5"  # beside each other, where there is room
    made = {
        "street": box("address-line1", _("Street"), 100),
        "number": box("", _("House number"), 30, short, field_class=LaterField),
        "box": box("", _("Box"), 10, short, required=False),
        "postcode": box(
            "postal-code",
            _("Postcode"),
            12,
            "govuk-input--width-4",
            attrs={"data-loket-postcode": ""} | ({} if foreign else {"inputmode": "numeric"}),
        ),
        "town": box("address-level2", _("Municipality"), 60, field_class=LaterField, attrs={"data-loket-town": ""}),
    }
    if foreign:
        made["country"] = box(
            "country-name", _("Country"), 60, required=False, help_text=_("Only if the address is not in Belgium.")
        )
    return made


def check_address(form: PartsForm) -> None:
    """Put what was typed in the right boxes, and say what is wrong with it."""
    data = form.cleaned_data
    if plain(data.get("country") or "") in BELGIUM:
        data["country"] = ""
    abroad = bool(data.get("country"))
    if data.get("street") and not data.get("number") and (match := IN_ONE_BOX.fullmatch(data["street"])):
        data |= {part: text for part, text in match.groupdict().items() if text}
    if match := NUMBER_WITH_BOX.fullmatch(data.get("number") or ""):
        data["number"] = match["number"]
        data["box"] = data.get("box") or match["box"]
    if (box := data.get("box")) and box.lower().startswith("bus "):
        data["box"] = box[4:]
    if abroad:
        _must_have(form, "town")
        return
    if _must_have(form, "number") and not NUMBER.fullmatch(data["number"]):
        form.add_error("number", ValidationError(_("Fill in a house number such as 10 or 10A."), code="invalid"))
    postcode = _read_postcode(form)
    of_postcode = towns(postcode) if postcode else []
    if len(of_postcode) == 1 and not data.get("town"):
        data["town"] = of_postcode[0]
    if _must_have(form, "town") and official_name(data["town"]) in of_postcode:
        data["town"] = official_name(data["town"])


def _read_postcode(form: PartsForm) -> str:
    """The four digits; '' when there are none, which is then said."""
    data = form.cleaned_data
    if not data.get("postcode"):
        return ""
    postcode = data["postcode"].upper().removeprefix("B-").removeprefix("B").strip()
    if not POSTCODE.fullmatch(postcode):
        form.add_error("postcode", ValidationError(_("Fill in a postcode of 4 digits, such as 2640."), code="invalid"))
        return ""
    data["postcode"] = postcode
    return postcode


def _must_have(form: PartsForm, part: str) -> bool:
    """Whether the box is filled in; one that is not gets the message that it must be."""
    field = form.fields[part]
    if part in form.errors:
        return False
    if form.cleaned_data.get(part):
        return True
    if field.required:
        form.add_error(part, ValidationError(form[part].field.error_messages["required"], code="required"))
    return False


def address_doubts(answer: Answer | None) -> list[str]:
    """Postcode and municipality that do not fit. The list has no parts of municipalities, so that is no mistake yet."""
    if not answer or not answer.get("postcode") or answer.get("country"):
        return []
    postcode, town = answer["postcode"], answer.get("town", "")
    of_postcode = towns(postcode)
    if not of_postcode:
        return [gettext("We do not know the postcode %(postcode)s. Is it right?") % {"postcode": postcode}]
    # The name of a part is fine: Deurne has 2100. That of another municipality is probably a slip.
    if (other := official_name(town)) and other not in of_postcode:
        either = gettext("or")
        said = {"postcode": postcode, "towns": f" {either} ".join(of_postcode), "town": town}
        return [gettext("Postcode %(postcode)s belongs to %(towns)s, not to %(town)s. Is it right?") % said]
    return []


def written(answer: Answer | None) -> str:
    """Statielei 10 bus 2, 2640 Mortsel"""
    if not answer:
        return ""
    street = f"{answer.get('street', '')} {answer.get('number', '')}".strip()
    if "box" in answer:
        street += " " + gettext("box %(box)s") % {"box": answer["box"]}
    town = f"{answer.get('postcode', '')} {answer.get('town', '')}".strip()
    return ", ".join(part for part in (street, town, answer.get("country")) if part)
