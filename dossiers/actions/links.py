"""Links with which a citizen follows a dossier."""

from datetime import datetime, timedelta

from django.db import transaction

from core.actors import Actor
from dossiers.actions.history import record
from dossiers.models import Dossier, FollowLink
from dossiers.models.event import EventKind

FOLLOW_LINK_LIFE = timedelta(days=730)  # long enough for the slowest procedure; then it tells nothing any more


@transaction.atomic
def revoke_follow_links(*, dossier: Dossier, by: Actor, at: datetime) -> FollowLink:
    """Make every link to this dossier useless and give a new one, for when a link fell into other hands."""
    Dossier.objects.select_for_update().get(pk=dossier.pk)
    told = dossier.follow_links.filter(phone="").order_by("-created_at")
    email = told.values_list("email", flat=True).first() or ""
    dossier.follow_links.filter(revoked_at__isnull=True).update(revoked_at=at)
    record(dossier, EventKind.LINK_REVOKED, by=by, at=at)
    return FollowLink.objects.create(dossier=dossier, email=email, created_at=at, expires_at=at + FOLLOW_LINK_LIFE)
