"""Dossiers, and what belongs to them, in the access log (``core/trails.py``). Also what the floor below keeps for them
without knowing it: mails, letters and messages.
"""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.trails import MOST, Found, Trail, registry
from dossiers.models import CallBack, Contact, Document, Dossier, Notification, SurveyInvitation
from integrations.models import Delivery, IncomingMail, PrintBatch, PrintJob

DOSSIER, PARTY = "dossiers.dossier", "parties.party"


class DossierTrail(Trail):
    title = _("Dossier")

    def names(self, keys: list[str]) -> dict[str, str]:
        return _texts(Dossier.objects.filter(pk__in=keys).values_list("pk", "number"))

    def about(self, words: str) -> set[str]:
        return _keys(Dossier.objects.filter(number=words.strip().upper()))

    def along(self, found: Found) -> set[str]:
        """Of a person: the own dossiers, and those in which he or she acts for somebody or was heard.

        What was heard is read first: with a subquery beside an OR, PostgreSQL would read every dossier.
        """
        if not (people := _numbers(found, PARTY)):
            return set()
        theirs = Contact.objects.filter(party__in=people).exclude(dossier=None).order_by()
        heard = list(theirs.values_list("dossier", flat=True).distinct()[: MOST + 1])
        return _keys(Dossier.objects.filter(Q(initiator__in=people) | Q(representative__in=people) | Q(pk__in=heard)))


class OfDossier(Trail):
    """Something that hangs on to one dossier, by the fields of ``path``; it is called by the number."""

    def __init__(self, title: str | Promise, model: type[models.Model], path: str = "dossier") -> None:
        self.title, self.model, self.path = title, model, path

    def names(self, keys: list[str]) -> dict[str, str]:
        rows = self.model._base_manager.filter(pk__in=keys)
        return _texts(rows.values_list("pk", f"{self.path}__number"))

    def along(self, found: Found) -> set[str]:
        dossiers = _numbers(found, DOSSIER)
        return _keys(self.model._base_manager.filter(**{f"{self.path}__in": dossiers})) if dossiers else set()


class Sent(Trail):
    """What the outbox, the print room or the mailbox keeps of a dossier: known by the row of ours that points to it."""

    def __init__(self, title: str | Promise, model: type[models.Model], when: str, linked: Any) -> None:
        self.title, self.model, self.when, self.linked = title, model, when, linked

    def names(self, keys: list[str]) -> dict[str, str]:
        rows = self.model._base_manager.filter(pk__in=keys).values_list("pk", self.when)
        return {str(pk): f"{timezone.localtime(at):%d/%m/%Y}" for pk, at in rows}

    def along(self, found: Found) -> set[str]:
        dossiers = _numbers(found, DOSSIER)
        return _keys(self.model._base_manager.filter(self.linked(dossiers))) if dossiers else set()


def _deliveries(dossiers: list[int]) -> Q:
    return Q(pk__in=Notification.objects.filter(dossier__in=dossiers).exclude(delivery=None).values("delivery"))


def _jobs(dossiers: list[int]) -> Q:
    return Q(key__in=Notification.objects.filter(dossier__in=dossiers).exclude(delivery=None).values("delivery__key"))


def _batches(dossiers: list[int]) -> Q:
    return Q(pk__in=PrintJob.objects.filter(_jobs(dossiers)).exclude(batch=None).values("batch"))


def _mails(dossiers: list[int]) -> Q:
    return Q(pk__in=Contact.objects.filter(dossier__in=dossiers).exclude(mail=None).values("mail"))


class SurveyResponseTrail(Trail):
    """Without the dossier: who answered what is for nobody to look up."""

    title = _("Answer about satisfaction")

    def names(self, keys: list[str]) -> dict[str, str]:
        return {}


def register() -> None:
    for model, trail in (
        (Dossier, DossierTrail()),
        (Notification, OfDossier(_("Letter or message"), Notification)),
        (Contact, OfDossier(_("Contact"), Contact)),
        (CallBack, OfDossier(_("Call that was promised"), CallBack)),
        (Document, OfDossier(_("Document of a dossier"), Document)),
        (SurveyInvitation, OfDossier(_("Code for the survey"), SurveyInvitation)),
        (Delivery, Sent(_("Outgoing message of"), Delivery, "created_at", _deliveries)),
        (PrintJob, Sent(_("Letter to print of"), PrintJob, "created_at", _jobs)),
        (PrintBatch, Sent(_("Batch of letters of"), PrintBatch, "made_at", _batches)),
        (IncomingMail, Sent(_("Incoming mail of"), IncomingMail, "received_at", _mails)),
    ):
        registry.register(model._meta.label_lower, trail)
    registry.register("dossiers.surveyresponse", SurveyResponseTrail())


def _numbers(found: Found, model: str) -> list[int]:
    return [int(key) for key in found.get(model, ())]


def _keys(rows: "models.QuerySet[Any]") -> set[str]:
    return {str(pk) for pk in rows.values_list("pk", flat=True)[: MOST + 1]}


def _texts(pairs: Iterable[tuple[Any, Any]]) -> dict[str, str]:
    return {str(pk): str(text) for pk, text in pairs}
