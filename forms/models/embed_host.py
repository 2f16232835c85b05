"""Other websites that may show our forms in a frame, and whose scripts may call the API."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

ORIGIN = re.compile(r"https://[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]{1,5})?")
LOCAL_ORIGIN = re.compile(r"http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?")


def origin_of(address: str) -> str:
    """The origin of a web address that an administrator typed or copied: its beginning, without page. '' if unclear."""
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port
    except (ValueError, UnicodeError):
        return ""
    if parts.username or parts.password:
        return ""
    default = {"https": 443, "http": 80}.get(parts.scheme)
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != default else "")


class EmbedHostQuerySet(models.QuerySet["EmbedHost"]):
    def origins(self) -> list[str]:
        return list(self.values_list("origin", flat=True))

    def allows(self, origin: str) -> bool:
        """Letter for letter: no wildcard, and no site below a site."""
        return self.filter(origin=origin).exists()


class EmbedHost(models.Model):
    """A website that may show our forms. Exactly this one: its pages over https, on this host name."""

    name = models.CharField(_("name"), max_length=100, help_text=_("For example: website of the library."))
    origin = models.CharField(
        _("web address"),
        max_length=255,
        unique=True,
        help_text=_(
            "The beginning of its address, such as https://www.voorbeeld.be. If the site also works without www, "
            "add that one too."
        ),
    )

    objects = EmbedHostQuerySet.as_manager()

    class Meta:
        verbose_name = _("website with our forms")
        verbose_name_plural = _("websites with our forms")
        ordering = ["name"]
        constraints = [
            # It goes into a header as it stands.
            models.CheckConstraint(
                condition=models.Q(origin__regex=r"^https?://[a-z0-9.:-]+\Z"), name="forms_embed_host_is_origin"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean_fields(self, *args: Any, **kwargs: Any) -> None:
        """A whole address that was copied becomes its origin."""
        self.origin = origin_of(self.origin) or self.origin
        super().clean_fields(*args, **kwargs)

    def clean(self) -> None:
        is_ours_to_try = not settings.PRODUCTION and LOCAL_ORIGIN.fullmatch(self.origin)
        if not (ORIGIN.fullmatch(self.origin) or is_ours_to_try):
            raise ValidationError(
                {
                    "origin": _(
                        "Give the address of a website, such as https://www.voorbeeld.be. It must begin with https."
                    )
                }
            )
