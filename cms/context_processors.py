"""What every template may know."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:
    """The town, and where to get help: the same on every page (WCAG 2.2, 3.2.6)."""
    return {
        "municipality": settings.MUNICIPALITY,
        "help_phone": settings.HELP_PHONE,
        "help_email": settings.HELP_EMAIL,
    }
