"""E-mail addresses and phone numbers in one notation. Pure."""

import unicodedata

import phonenumbers


def normalise_email(email: str) -> str:
    """In lower case. Not case-folded: that would write ß as ss, which is another address."""
    return unicodedata.normalize("NFC", email.strip().lower())


def normalise_phone(phone: str) -> str:
    """In E.164 (+3234441717), read as a Belgian number when it has no country; '' when no such number can exist."""
    try:
        number = phonenumbers.parse(phone, "BE")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
