"""The types of question that an editor can choose from."""

from core.registry import Registry
from forms.fields.base import FieldType, Purpose
from forms.fields.calculated import CalculatedType
from forms.fields.choice import ChoiceType
from forms.fields.choices import ChoicesType
from forms.fields.date import DateType
from forms.fields.dropdown import DropdownType
from forms.fields.email import EmailType
from forms.fields.long_text import LongTextType
from forms.fields.money import MoneyType
from forms.fields.number import NumberType
from forms.fields.phone import PhoneType
from forms.fields.photo import PhotoType
from forms.fields.place import PlaceType
from forms.fields.repeat import RepeatType
from forms.fields.text import TextType
from forms.fields.time import TimeType
from forms.fields.yes_no import YesNoType

__all__ = ["FieldType", "Purpose", "registry"]

registry: Registry[FieldType] = Registry("field type")

for field_type in (
    TextType,
    LongTextType,
    ChoiceType,
    ChoicesType,
    DropdownType,
    YesNoType,
    NumberType,
    MoneyType,
    DateType,
    TimeType,
    PlaceType,
    PhotoType,
    EmailType,
    PhoneType,
    CalculatedType,
):
    registry.register(field_type.name, field_type())

registry.register(RepeatType.name, RepeatType(registry))
