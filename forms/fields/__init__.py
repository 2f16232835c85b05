"""The types of question that an editor can choose from."""

from core.registry import Registry
from forms.fields.address import AddressType
from forms.fields.attention import AttentionType
from forms.fields.base import FieldType, Purpose
from forms.fields.calculated import CalculatedType
from forms.fields.choice import ChoiceType
from forms.fields.choices import ChoicesType
from forms.fields.consent import ConsentType
from forms.fields.constant import ConstantType
from forms.fields.date import DateType
from forms.fields.date_range import DateRangeType
from forms.fields.declaration import DeclarationType
from forms.fields.details import DetailsType
from forms.fields.dropdown import DropdownType
from forms.fields.email import EmailType
from forms.fields.explanation import ExplanationType
from forms.fields.files import FilesType
from forms.fields.heading import HeadingType
from forms.fields.iban import IbanType
from forms.fields.long_text import LongTextType
from forms.fields.money import MoneyType
from forms.fields.national_number import NationalNumberType
from forms.fields.number import NumberType
from forms.fields.organisation import OrganisationType
from forms.fields.organisation_number import OrganisationNumberType
from forms.fields.person import PersonType
from forms.fields.phone import PhoneType
from forms.fields.photo import PhotoType
from forms.fields.place import PlaceType
from forms.fields.plate import PlateType
from forms.fields.repeat import RepeatType
from forms.fields.text import TextType
from forms.fields.time import TimeType
from forms.fields.video import VideoType
from forms.fields.yes_no import YesNoType

__all__ = ["FieldType", "Purpose", "registry"]

registry: Registry[FieldType] = Registry("field type")

for field_type in (
    # Text
    TextType,
    LongTextType,
    # Choice
    ChoiceType,
    ChoicesType,
    DropdownType,
    YesNoType,
    ConsentType,
    DeclarationType,
    # Number and date
    NumberType,
    MoneyType,
    DateType,
    TimeType,
    DateRangeType,
    # Details
    PlaceType,
    PhotoType,
    FilesType,
    EmailType,
    PhoneType,
    IbanType,
    PlateType,
    NationalNumberType,
    OrganisationNumberType,
    PersonType,
    OrganisationType,
    AddressType,
    # Explanation
    HeadingType,
    ExplanationType,
    AttentionType,
    DetailsType,
    VideoType,
    # Calculation
    CalculatedType,
    ConstantType,
):
    registry.register(field_type.name, field_type())

registry.register(RepeatType.name, RepeatType(registry))
