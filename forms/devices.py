"""What somebody fills in a form with, read crudely from the User-Agent. Pure."""

import re
from enum import StrEnum


class Device(StrEnum):
    PHONE = "phone"
    TABLET = "tablet"
    DESKTOP = "desktop"


TABLET = re.compile(r"ipad|tablet|kindle|silk/|playbook", re.IGNORECASE)
PHONE = re.compile(r"mobi|iphone|ipod|windows phone|opera mini", re.IGNORECASE)


def device_of(user_agent: str) -> Device:
    """A tablet that says it is a computer, as today's iPads do, counts as one. Android without "Mobile" is a tablet."""
    if TABLET.search(user_agent):
        return Device.TABLET
    if PHONE.search(user_agent):
        return Device.PHONE
    return Device.TABLET if "android" in user_agent.lower() else Device.DESKTOP
