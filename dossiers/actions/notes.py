"""What colleagues tell each other about a dossier."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from core.models import User
from dossiers.actions.refusals import StepRefused
from dossiers.models import Dossier, Note
from integrations.actions import queue_mail

MENTION = re.compile(r"(?<![\w@])@([\w.+-]+)")


def mentioned_in(text: str, colleagues: Iterable[User]) -> list[User]:
    """Whom the text names with an @ and a user name; a full stop after it belongs to the sentence."""
    names = {name.rstrip(".-+").casefold() for name in MENTION.findall(text)}
    return [colleague for colleague in colleagues if colleague.username.casefold() in names]


@transaction.atomic
def write_note(*, dossier: Dossier, text: str, by: Actor, at: datetime) -> Note:
    """Write it down; who is named in it gets a mail without its text. Raises StepRefused when nothing is said.

    Only colleagues who may see the dossier are told: a name is no key to it.
    """
    if not text.strip() or by.user is None:
        raise StepRefused(_("Write something first."))
    note = Note.objects.create(dossier=dossier, text=text.strip()[:4000], author=by.user, at=at)
    names = User.objects.filter(is_active=True).exclude(pk=by.user.pk)
    named = mentioned_in(note.text, names) if "@" in note.text else []
    told = [user for user in named if Dossier.objects.visible_to(user).filter(pk=dossier.pk).exists()]
    note.mentioned.set(told)
    for user in told:
        if user.email:
            queue_mail(
                kind="note",
                key=f"note-{note.pk}-user-{user.pk}",
                to=[user.email],
                subject=_("%(name)s mentions you in %(number)s") % {"name": by.user, "number": dossier.number},
                template="dossiers/mails/mention.txt",
                context={
                    "name": by.user,
                    "number": dossier.number,
                    "address": settings.BASE_URL + dossier.get_absolute_url() + "#notities",
                },
                at=at,
            )
    return note
