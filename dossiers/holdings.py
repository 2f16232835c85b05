"""What somebody holds of dossiers (``core/holdings.py``): places in teams, dossiers, tasks, shared tabs, signatures."""

from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.holdings import Holding, Outcome, Part, registry
from core.models import User
from dossiers.actions import handing_over
from dossiers.models import CallBack, Conversation, Deputy, Dossier, ProcessType, SavedView, Signatory, Task, Team
from dossiers.permissions import BACKEND, handlers


def _handlers(holder: User) -> list[User]:
    return list(handlers().exclude(pk=holder.pk))


class Teams(Holding):
    title = gettext_lazy("Places in teams")
    order = 10
    to_nobody = gettext_lazy("Nobody: only leave these teams")

    def parts(self, holder: User) -> list[Part]:
        others = Count("members", filter=Q(members__is_active=True) & ~Q(members=holder))
        # Not filtered on the member in the same query: then only that member would be counted.
        teams = Team.objects.filter(pk__in=holder.teams.values("pk")).annotate(others=others)
        alone = _("%(team)s (nobody else is in this team)")
        return [Part(str(team) if team.others else alone % {"team": team}) for team in teams.order_by("name")]

    def receivers(self, holder: User) -> list[User]:
        return list(User.objects.filter(is_active=True).exclude(pk=holder.pk).order_by("first_name", "last_name"))

    def hand_over(self, holder: User, *, to: User | None, by: Actor, at: datetime) -> Outcome:
        return handing_over.hand_over_teams(holder=holder, to=to, by=by, at=at)


class Dossiers(Holding):
    title = gettext_lazy("Open dossiers")
    order = 20
    to_nobody = gettext_lazy("Nobody: back to the team")

    def parts(self, holder: User) -> list[Part]:
        mine = Dossier.objects.open().filter(handler=holder)
        kinds = mine.values_list("process_version__process_type__name", "team__name").annotate(number=Count("pk"))
        return [
            Part(f"{process}, {team}", number)
            for process, team, number in kinds.order_by("process_version__process_type__name", "team__name")
        ]

    def receivers(self, holder: User) -> list[User]:
        return _handlers(holder)

    def hand_over(self, holder: User, *, to: User | None, by: Actor, at: datetime) -> Outcome:
        return handing_over.hand_over_dossiers(holder=holder, to=to, by=by, at=at)


class Tasks(Holding):
    title = gettext_lazy("Open tasks by name")
    order = 30
    to_nobody = gettext_lazy("Nobody: for who handles the dossier")

    def parts(self, holder: User) -> list[Part]:
        teams = Task.objects.open().filter(assignee=holder).values_list("dossier__team__name")
        return [Part(team, number) for team, number in teams.annotate(Count("pk")).order_by("dossier__team__name")]

    def receivers(self, holder: User) -> list[User]:
        return _handlers(holder)

    def hand_over(self, holder: User, *, to: User | None, by: Actor, at: datetime) -> Outcome:
        return handing_over.hand_over_tasks(holder=holder, to=to, by=by, at=at)


class Calls(Holding):
    title = gettext_lazy("Calls that were promised, by name")
    order = 32
    to_nobody = gettext_lazy("Nobody: for the team")

    def parts(self, holder: User) -> list[Part]:
        teams = CallBack.objects.open().filter(assignee=holder).values_list("team__name")
        return [Part(team, number) for team, number in teams.annotate(Count("pk")).order_by("team__name")]

    def receivers(self, holder: User) -> list[User]:
        return _handlers(holder)

    def hand_over(self, holder: User, *, to: User | None, by: Actor, at: datetime) -> Outcome:
        return handing_over.hand_over_calls(holder=holder, to=to, by=by, at=at)


class Conversations(Holding):
    """What somebody wrote down on the phone and did not finish."""

    title = gettext_lazy("Conversations that are not finished")
    order = 34

    def parts(self, holder: User) -> list[Part]:
        return [Part(f"{each.started_at:%d/%m/%Y}: {each}") for each in Conversation.objects.of(holder)]

    def receivers(self, holder: User) -> list[User]:
        people = User.objects.with_perm("dossiers.add_contact", backend=BACKEND).exclude(pk=holder.pk)
        return list(people.order_by("first_name", "last_name", "username"))

    def hand_over(self, holder: User, *, to: User | None, by: Actor, at: datetime) -> Outcome:
        return Outcome(Conversation.objects.of(holder).update(user=to)) if to else Outcome(0)


class StandingIn(Holding):
    """The days on which somebody does the work of a colleague who is away."""

    title = gettext_lazy("Standing in for colleagues")
    order = 36
    to_nobody = gettext_lazy("Nobody: end it")

    def parts(self, holder: User) -> list[Part]:
        rows = Deputy.objects.not_over(timezone.localdate()).filter(deputy=holder).select_related("absent")
        return [Part(f"{row.absent}, {row.since:%d/%m/%Y} – {row.until:%d/%m/%Y}") for row in rows]

    def receivers(self, holder: User) -> list[User]:
        return _handlers(holder)

    def hand_over(self, holder: User, *, to: User | None, by: Actor, at: datetime) -> Outcome:
        return handing_over.hand_over_standing_in(holder=holder, to=to, by=by, at=at)


class SharedViews(Holding):
    title = gettext_lazy("Tabs of the work list that are shared")
    order = 40

    def parts(self, holder: User) -> list[Part]:
        shared = SavedView.objects.filter(user=holder, team__isnull=False).select_related("team")
        return [Part(f"{view.name}, {view.team}") for view in shared]

    def receivers(self, holder: User) -> list[User]:
        return _handlers(holder)

    def hand_over(self, holder: User, *, to: User | None, by: Actor, at: datetime) -> Outcome:
        if to is None:
            return Outcome(0)
        return handing_over.hand_over_views(holder=holder, to=to, by=by, at=at)


class Signatures(Holding):
    """Signatories are names on paper, not accounts: they are known by the name."""

    title = gettext_lazy("Mandates to sign")
    order = 50
    by_hand = gettext_lazy("Let the mandate end, and choose another signatory in the letters that this person signs.")

    def parts(self, holder: User) -> list[Part]:
        today = timezone.localdate()
        holds = Q(valid_until=None) | Q(valid_until__gte=today)
        mandates = (
            Signatory.objects.filter(holds, name__iexact=holder.get_full_name()) if holder.get_full_name() else []
        )
        return [
            Part(str(mandate), url=reverse("dossiers_signatory_modeladmin_edit", args=[mandate.pk]))
            for mandate in mandates
        ]


class Escalations(Holding):
    """A term that is over is escalated to an address; that of this person would be read by nobody."""

    title = gettext_lazy("Process types that warn this address")
    order = 60
    by_hand = gettext_lazy("Fill in another address under Terms, and publish the process type.")

    def parts(self, holder: User) -> list[Part]:
        address = holder.email.casefold()
        edit = ProcessType.snippet_viewset.get_url_name("edit")
        return [
            Part(process.name, url=reverse(edit, args=[process.pk]))
            for process in ProcessType.objects.order_by("name")
            if address and (version := process.current_version) is not None
            if any(str(term.get("escalate_to") or "").casefold() == address for term in version.terms)
        ]


def register() -> None:
    for name, holding in (
        ("teams", Teams()),
        ("dossiers", Dossiers()),
        ("tasks", Tasks()),
        ("calls", Calls()),
        ("conversations", Conversations()),
        ("standing_in", StandingIn()),
        ("shared_views", SharedViews()),
        ("signatures", Signatures()),
        ("escalations", Escalations()),
    ):
        registry.register(name, holding)
