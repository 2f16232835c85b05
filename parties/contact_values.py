"""E-mail addresses and phone numbers in one notation. Pure."""

import unicodedata

import phonenumbers

LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3, less the brackets


def normalise_email(email: str) -> str:
    """In lower case; '' when it is longer than an address can be, as some letters are in lower case (İ).

    Not case-folded: that would write ß as ss, which is another address.
    """
    address = unicodedata.normalize("NFC", email.strip().lower())
    return address if len(address) <= LONGEST_EMAIL else ""


def normalise_phone(phone: str) -> str:
    """In E.164 (+3234441717), read as a Belgian number when it has no country; '' when no such number can exist."""
    try:
        number = phonenumbers.parse(phone, "BE")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def mobile_phone(phone: str) -> str:
    """In E.164 when a text message can reach it; '' for a landline, and for what is no number."""
    normalised = normalise_phone(phone)
    if not normalised:
        return ""
    kind = phonenumbers.number_type(phonenumbers.parse(normalised))
    mobile = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    return normalised if kind in mobile else ""


def readable_phone(value: str) -> str:
    """A number in E.164 as people here read it: 03 444 17 17, and +31 10 123 45 67 from abroad."""
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return value
    home = number.country_code == phonenumbers.country_code_for_region("BE")
    notation = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, notation.NATIONAL if home else notation.INTERNATIONAL)
