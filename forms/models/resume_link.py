import hashlib
import secrets
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forms.models.draft import FormDraft


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()  # 256 random bits: nothing to guess, so nothing to slow down


class ResumeLinkQuerySet(models.QuerySet["ResumeLink"]):
    def usable(self) -> Self:
        return self.filter(revoked_at__isnull=True)

    def from_token(self, token: str) -> "ResumeLink | None":
        """The link behind a token, or None for one that is wrong, withdrawn or of a form that is forgotten."""
        return self.usable().filter(token_hash=_hash(token)).select_related("draft__version").first()


class ResumeLink(models.Model):
    """A link, sent by mail, to go on with one form in progress. It lives as long as the form, and works on any device.

    Only the hash of its token is kept: who reads the database cannot open anybody's form.
    """

    draft = models.ForeignKey(FormDraft, on_delete=models.CASCADE, related_name="resume_links")
    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField(_("sent to"))
    is_reminder = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("made at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True)

    objects = ResumeLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to go on with a form")
        verbose_name_plural = _("links to go on with a form")
        default_permissions = ()
        indexes = [models.Index(fields=["email", "created_at"], name="forms_resume_link_limit")]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.created_at:%d/%m/%Y}"

    @classmethod
    def make(cls, *, draft: FormDraft, email: str, at: datetime, is_reminder: bool = False) -> tuple["ResumeLink", str]:
        """A new link and its address in full; after this nobody can know the address any more."""
        token = secrets.token_urlsafe(32)
        link = cls.objects.create(
            draft=draft, token_hash=_hash(token), email=email, is_reminder=is_reminder, created_at=at
        )
        return link, settings.BASE_URL + reverse("forms:resume", args=[token])
