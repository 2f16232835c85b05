"""The home page of /beheer/: what asks attention today, for whoever is looking."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component

from core.models import User
from dossiers.actions import decisions_nobody_may_sign, working_calendar
from dossiers.follow_through import end_of_day
from dossiers.models import Advice, CallBack, Conversation, Dossier, LetterTemplate, Task
from dossiers.models.sight import Sight
from dossiers.worklist import SOON
from forms.models import FormDefinition, FormStanding
from integrations import health
from integrations.models import Delivery, IncomingMail, PrintJob

MOST_NAMED = 5
"""People in one list of troubles."""


@dataclass(frozen=True)
class Count:
    """A number that leads to the list behind it. ``urgent`` only counts when the number is not zero."""

    number: int
    label: str | Promise
    url: str
    urgent: bool = False


def counts(user: User, at: datetime) -> list[Count]:
    """What this person may see and should know of, most urgent first."""
    found: list[Count] = []
    if user.has_perm("dossiers.view_dossier"):
        url = reverse("dossiers:list")
        dossiers = Dossier.objects.visible_to(user)
        soon = dossiers.due_within(SOON, at=at, calendar=working_calendar())
        found += [
            Count(dossiers.overdue(at).count(), _("over their term"), f"{url}?toon=over-termijn", urgent=True),
            Count(soon.count(), _("due within 2 working days"), f"{url}?toon=binnen-2-dagen"),
        ]
        if user.has_perm("dossiers.handle_dossier"):
            mine = dossiers.open().filter(handler__in=Sight.of(user).handlers)
            found.append(Count(mine.count(), _("open in my name"), f"{url}?toon=mijn"))
        calls = CallBack.objects.visible_to(user).open().filter(until_at__lte=end_of_day(at))
        if number := calls.count():
            found.append(Count(number, _("to call back today"), reverse("follow_through:calls"), urgent=True))
    if user.has_perm("dossiers.add_contact"):
        if number := Conversation.objects.waiting().count():
            found.append(Count(number, _("in the waiting room"), f"{reverse('desk:start')}#wachtkamer"))
        if number := Conversation.objects.of(user).count():
            found.append(Count(number, _("open conversations"), reverse("desk:start")))
    if user.has_perm("dossiers.view_dossier"):
        asked = Advice.objects.asked_of(user)
        if number := asked.count():
            found.append(Count(number, _("advice asked of your team"), reverse("dossiers:advice_list")))
    if user.has_perm("integrations.view_delivery"):
        url = f"{reverse('integrations:deliveries')}?toon=mislukt"
        failed = Delivery.objects.visible_to(user).failed()
        found.append(Count(failed.count(), _("messages that could not be sent"), url, urgent=True))
    if user.has_perm("integrations.print_letters"):
        waiting = PrintJob.objects.visible_to(user).waiting()
        if number := waiting.count():
            found.append(Count(number, _("letters to print"), reverse("integrations:print_room")))
    if user.has_perm("integrations.link_incomingmail"):
        unlinked = IncomingMail.objects.visible_to(user).unlinked()
        if number := unlinked.count():
            found.append(Count(number, _("mails to link to a dossier"), reverse("incoming:list")))
    if user.has_perm("forms.change_formdefinition"):
        url = reverse(FormDefinition.snippet_viewset.get_url_name("list"))
        unwell = FormStanding.objects.exclude(live_problems=[]).count()
        if unwell:
            found.append(Count(unwell, _("published forms to look at"), url, urgent=True))
    return found


@dataclass(frozen=True)
class Trouble:
    """Something that keeps messages or decisions from coming or going, what to do about it, and where to look."""

    what: str
    advice: str
    url: str


def troubles(user: User, at: datetime) -> list[Trouble]:
    """What this person can mend; nothing when all is well."""
    return [*_outbox(user, at), *_decisions(user, at), *_left_behind(user)]


def _left_behind(user: User) -> list[Trouble]:
    """For who manages accounts: open work in the name of somebody who cannot sign in any more."""
    if not user.has_perm("core.change_user"):
        return []
    dossiers = Dossier.objects.open().filter(handler=OuterRef("pk"))
    tasks = Task.objects.open().filter(assignee=OuterRef("pk"))
    gone = User.objects.filter(Exists(dossiers) | Exists(tasks), is_active=False).order_by("pk")
    return [
        Trouble(
            gettext("%(name)s has no access any more, and open work still stands in that name.") % {"name": person},
            gettext("Hand it over to somebody, or back to the team."),
            reverse("staff_work", args=[person.pk]),
        )
        for person in gone[:MOST_NAMED]
    ]


def _decisions(user: User, at: datetime) -> list[Trouble]:
    """For who manages the letters: what a process decides with, and nobody may sign."""
    if not user.has_perm("dossiers.change_lettertemplate"):
        return []
    edit = LetterTemplate.snippet_viewset.get_url_name("edit")
    return [
        Trouble(
            gettext("The decision “%(letter)s” cannot leave: the mandate of %(name)s does not hold today.")
            % {"letter": letter, "name": letter.signatory}
            if letter.signatory
            else gettext("The decision “%(letter)s” cannot leave: nobody signs it.") % {"letter": letter},
            gettext("Choose another signatory in the letter, or fill in the new mandate."),
            reverse(edit, args=[letter.pk]),
        )
        for letter in decisions_nobody_may_sign(timezone.localdate(at))
    ]


def _outbox(user: User, at: datetime) -> list[Trouble]:
    """For who manages the outbox."""
    if not user.has_perm("integrations.view_delivery"):
        return []
    found = []
    outbox = reverse("integrations:deliveries")
    if health.is_stalled(at):
        found.append(
            Trouble(
                gettext("Messages wait: the worker in the background does not run."),
                gettext("No message is lost. Tell whoever runs Loket."),
                f"{outbox}?toon=wacht",
            )
        )
    roads = {"mail": gettext("e-mails"), "sms": gettext("text messages"), "webhook": gettext("webhooks")}
    for name in health.blocked_roads():
        found.append(
            Trouble(
                gettext("No %(road)s leave: the other side does not take them.") % {"road": roads.get(name, name)},
                gettext("Loket keeps trying for two days. Open a message to read what the other side says."),
                f"{outbox}?toon=wacht",
            )
        )
    for mailbox in health.unreachable_mailboxes(at):
        since = mailbox.failing_since and date_format(timezone.localtime(mailbox.failing_since), "j F H:i")
        found.append(
            Trouble(
                gettext("The mailbox %(name)s cannot be read since %(since)s.") % {"name": mailbox, "since": since},
                gettext("Answers of citizens wait there; none is lost. Check the server and the password (%(error)s).")
                % {"error": mailbox.last_error},
                reverse("integrations_mailbox_modeladmin_index")
                if user.has_perm("integrations.view_mailbox")
                else outbox,
            )
        )
    return found


class AttentionPanel(Component):
    name = "attention"
    template_name = "cms/home/attention.html"
    order = 100

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        user, now = parent_context["request"].user, timezone.now()
        return {"counts": counts(user, now), "troubles": troubles(user, now)}
