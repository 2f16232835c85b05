"""E-mail addresses and phone numbers in one notation. Pure."""

import phonenumbers


def normalise_email(email: str) -> str:
    return email.strip().casefold()


def normalise_phone(phone: str) -> str:
    """In E.164 (+3234441717), read as a Belgian number when it has no country; '' when it is no possible number."""
    try:
        number = phonenumbers.parse(phone, "BE")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
