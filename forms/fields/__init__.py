"""The types of question that an editor can choose from."""

from core.registry import Registry
from forms.fields.base import FieldType, Purpose
from forms.fields.calculated import CalculatedType
from forms.fields.choice import ChoiceType
from forms.fields.email import EmailType
from forms.fields.long_text import LongTextType
from forms.fields.phone import PhoneType
from forms.fields.photo import PhotoType
from forms.fields.place import PlaceType
from forms.fields.repeat import RepeatType
from forms.fields.text import TextType

__all__ = ["FieldType", "Purpose", "registry"]

registry: Registry[FieldType] = Registry("field type")

for field_type in (TextType, LongTextType, ChoiceType, PlaceType, PhotoType, EmailType, PhoneType, CalculatedType):
    registry.register(field_type.name, field_type())

registry.register(RepeatType.name, RepeatType(registry))
