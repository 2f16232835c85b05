import re
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.templatetags.static import static
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from forms.conditions import Comparable
from forms.fields.base import Definition, FieldType, Purpose, QuestionBlock, with_settings
from forms.fields.text import SingleLineField
from forms.json_shape import NUMBER_PATTERN, Shape

DEGREES = re.compile(r"-?\d{1,3}(\.\d{1,20})?", re.ASCII)
PRECISION = Decimal("0.00001")  # about a metre
SOUTH, NORTH = Decimal("49.45"), Decimal("51.55")
WEST, EAST = Decimal("2.5"), Decimal("6.45")
"""Belgium, with its edges."""


class PlaceBlock(QuestionBlock):
    is_subject = blocks.BooleanBlock(
        label=_("This is the place that the dossier is about"),
        required=False,
        default=True,
        help_text=_("Staff then see it in their lists."),
    )
    point = blocks.BooleanBlock(
        label=_("People may also point it out"),
        required=False,
        help_text=_("On a map, if your Loket has one, or with the location of their phone. Words always do."),
    )

    class Meta:
        form_layout = with_settings("is_subject", "point")


class PlaceInput(forms.TextInput):
    """A text box, with a point beside it that the script theme/place.js sets; without it only words count."""

    template_name = "forms/widgets/place.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        given = value if isinstance(value, dict) else {"text": value}
        context = super().get_context(name, given.get("text"), attrs)
        context["place"] = {
            "lat": given.get("lat") or "",
            "lon": given.get("lon") or "",
            "tiles": settings.MAP_TILES,
            "attribution": settings.MAP_ATTRIBUTION,
            "center": settings.MAP_CENTER,
            "script": static("cms/map.js"),
            "style": static("cms/map.css"),
            "texts": {
                "point": gettext("Point on the map: %(point)s"),
                "none": gettext("No point on the map."),
                "searching": gettext("Looking for your location…"),
                "located": gettext("Your location was taken over, exact to about %(metres)s metres."),
                "denied": gettext(
                    "Your browser does not give your location. Describe the place in words, "
                    "or allow it in the settings of your browser."
                ),
                "unavailable": gettext("Your location cannot be found now. Describe the place in words."),
                "timeout": gettext("Finding your location takes too long. Try again, or describe the place in words."),
                "abroad": gettext("This point is not in Belgium. Describe the place in words."),
                "failed": gettext("The map cannot be shown now. Describe the place in words."),
                "map": gettext("Map. Use the arrow keys to move the point, plus and minus to zoom."),
                "in": gettext("Zoom in"),
                "out": gettext("Zoom out"),
            },
        }
        if given.get("lat") and given.get("lon"):
            context["place"]["point"] = _said(given)
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        text = super().value_from_datadict(data, files, name)
        if isinstance(text, dict):
            return text  # a kept answer
        lat, lon = (str(data.get(f"{name}-{axis}") or "").strip() for axis in ("lat", "lon"))
        return {"text": text or "", "lat": lat, "lon": lon} if lat or lon else text


class PlaceField(SingleLineField):
    """Gives a text, or a dict of a text (which may be empty) and a point."""

    default_error_messages = {
        "point": _("We cannot read the point on the map. Point it out again, or describe the place in words."),
        "abroad": _("This point is not in Belgium. Point it out again, or describe the place in words."),
    }

    def clean(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return super().clean(value)
        point = self._point(value.get("lat"), value.get("lon"))
        text = self.to_python(value.get("text"))
        self.run_validators(text)
        return {"text": text} | point

    def _point(self, *degrees: Any) -> dict[str, str]:
        if not all(isinstance(text, str) and DEGREES.fullmatch(text) for text in degrees):
            raise ValidationError(self.error_messages["point"], code="point")
        lat, lon = (Decimal(text).quantize(PRECISION) for text in degrees)
        if not (SOUTH <= lat <= NORTH and WEST <= lon <= EAST):
            raise ValidationError(self.error_messages["abroad"], code="abroad")
        return {"lat": str(lat), "lon": str(lon)}


class PlaceType(FieldType):
    """The answer is a text, or ``{"text", "lat", "lon"}``."""

    name = "place"
    formidable_type = "text"
    block_class = PlaceBlock
    label = _("Place")
    icon = "site"
    description = _("A street and number, or a description of a place in town; a point on the map if you like.")

    form_field = PlaceField

    def definition(self, value: Any, key: str, *args: Any) -> Definition:
        made = super().definition(value, key, *args)
        made["parameters"]["point"] = bool(value.get("point"))
        return made

    def purpose(self, value: Any) -> str:
        return Purpose.PLACE if value.get("is_subject") else ""

    def serve(self, purpose: str, answer: Any, definition: Definition) -> Any:
        if not isinstance(answer, dict):
            return answer
        return answer["text"] or gettext("point on the map (%(point)s)") % {"point": _degrees(answer)}

    def widget(self, definition: Definition) -> forms.Widget:
        # Not the citizen's own address, so the browser should not offer that.
        attrs = {"autocomplete": "off"}
        return PlaceInput(attrs) if definition["parameters"].get("point") else forms.TextInput(attrs)

    def field_kwargs(self, definition: Definition) -> dict[str, Any]:
        return {"max_length": 300}

    def post_data(self, name: str, answer: Any, definition: Definition) -> dict[str, Any]:
        if not isinstance(answer, dict):
            return super().post_data(name, answer, definition)
        return {name: answer.get("text", "")} | {f"{name}-{axis}": answer.get(axis, "") for axis in ("lat", "lon")}

    def answer_shape(self, definition: Definition) -> Shape:
        shape = super().answer_shape(definition)
        if not definition["parameters"].get("point"):
            return shape
        degrees: Shape = {"type": ["number", "string"], "pattern": NUMBER_PATTERN}
        parts = {"text": {"type": "string"}, "lat": degrees, "lon": degrees}
        return shape | {"type": ["string", "object"], "properties": parts, "additionalProperties": False}

    def posted_for(self, name: str, value: Any, definition: Definition) -> dict[str, Any]:
        return self.post_data(name, value, definition)

    def display(self, answer: Any, definition: Definition) -> str:
        if not isinstance(answer, dict):
            return super().display(answer, definition)
        return "\n".join(line for line in (answer["text"], _said(answer)) if line)

    def comparable(self, answer: Any, definition: Definition) -> Comparable:
        if isinstance(answer, dict):
            return str(answer["text"] or answer["lat"])
        return super().comparable(answer, definition)

    def export(self, answer: Any, definition: Definition) -> dict[str, str]:
        given = answer if isinstance(answer, dict) else {"text": answer or ""}
        if not definition["parameters"].get("point"):
            return {"": given["text"]}
        point = {gettext("latitude"): given.get("lat", ""), gettext("longitude"): given.get("lon", "")}
        return {"": given["text"]} | point


def _said(answer: dict[str, str]) -> str:
    return gettext("Point on the map: %(point)s") % {"point": _degrees(answer)}


def _degrees(answer: dict[str, str]) -> str:
    """51,17012; 4,45512"""
    return f"{answer['lat']}; {answer['lon']}".replace(".", ",")
