import uuid
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from dossiers.models.contact import Contact
from dossiers.models.dossier import Dossier

signer = signing.Signer(sep=".", salt="dossiers.follow_link")
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
CODE_LENGTH = 12  # 59 bits


def new_code() -> str:
    return get_random_string(CODE_LENGTH, SIGNS)


class FollowLinkQuerySet(models.QuerySet["FollowLink"]):
    def good(self, at: datetime) -> "FollowLinkQuerySet":
        return self.filter(revoked_at__isnull=True, expires_at__gt=at)

    def to_tell(self, at: datetime) -> "FollowLinkQuerySet":
        """Those that we write in a message or on a page, the newest first. What a text message opened is no such."""
        return self.good(at).filter(phone="").order_by("-created_at")

    def from_token(self, token: str, at: datetime) -> "FollowLink | None":
        """The link behind a token, or None for one that is wrong, expired or revoked: the reader learns no more."""
        try:
            key = uuid.UUID(signer.unsign(token))
        except (signing.BadSignature, ValueError):
            return None
        return self.good(at).filter(pk=key).select_related("dossier").first()

    def of_destroyed(self, token: str) -> "FollowLink | None":
        """A link that was real, to a dossier of which the data were destroyed; however old it is."""
        try:
            key = uuid.UUID(signer.unsign(token))
        except (signing.BadSignature, ValueError):
            return None
        gone = self.filter(pk=key, dossier__anonymised_at__isnull=False)
        return gone.select_related("dossier").first()

    def from_code(self, code: str, at: datetime) -> "FollowLink | None":
        """As ``from_token``, for the short address in a text message or on paper."""
        return self.good(at).filter(code=code.lower()).first()


class FollowLink(models.Model):
    """A signed address with which a citizen without account follows one dossier. Can be revoked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="follow_links")
    code = models.CharField(
        max_length=CODE_LENGTH, unique=True, null=True, blank=True, editable=False, default=new_code
    )
    email = models.EmailField(_("given to"), blank=True)
    phone = models.CharField(
        _("mobile number"),
        max_length=16,
        blank=True,
        default="",
        help_text=_("Of who used a link by text message: this link lives for a day and is sent nowhere."),
    )
    created_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True)

    signed_in = False
    """Kept nowhere, for who is signed in (dossiers/signed_in.py): its address is the number of the dossier."""

    objects = FollowLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow link")
        verbose_name_plural = _("follow links")
        indexes = [models.Index(fields=["expires_at"], name="dossiers_followlink_texted", condition=~Q(phone=""))]
        constraints = [models.CheckConstraint(condition=Q(email="") | Q(phone=""), name="dossiers_followlink_one_road")]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.created_at:%d/%m/%Y}"

    @property
    def token(self) -> str:
        return self.dossier.number if self.signed_in else signer.sign(self.id.hex)

    @cached_property
    def goes_to_the_citizen(self) -> bool:
        """Whether who holds it showed to read what we send to who opened the dossier: at the address, else the number,
        to which our answers go."""
        return self.signed_in or self.reaches(self.dossier.contacts.filter(direction="in").first())

    def reaches(self, first: Contact | None) -> bool:
        """The same, for who has the first contact of the dossier at hand."""
        if first is None:
            return False
        if self.phone:
            return first.answers_reach(self.phone)
        return bool(self.email) and first.given_email.lower() == self.email.lower()

    def get_absolute_url(self) -> str:
        return reverse("follow", args=[self.token])

    @property
    def address(self) -> str:
        """In full, for mail and print."""
        return settings.BASE_URL + self.get_absolute_url()

    @property
    def short_address(self) -> str:
        """For a text message. A link from before there were codes has only the long one."""
        return settings.BASE_URL + reverse("follow_short", args=[self.code]) if self.code else self.address

    def shorten(self, text: str) -> str:
        """The same words for paper, from which nobody types a long address over."""
        return text.replace(self.address, self.short_address)
