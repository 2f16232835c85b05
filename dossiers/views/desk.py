"""The desk: /beheer/onthaal/. Who calls, writes or walks in becomes a contact of somebody, in a dossier."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _

from core.actors import Actor
from core.models import AccessLog, User
from core.views import ScopedAction, ScopedView
from dossiers import actions, desk
from dossiers.conversation_forms import CallBackForm, HandOverForm, email_error, kept_words, next_window
from dossiers.models import Contact, Conversation, Dossier, ProcessVersion, StandardQuestion, Team, Transition
from dossiers.models.contact import Channel
from dossiers.permissions import handlers
from integrations.models import IncomingMail
from parties.contact_values import normalise_phone
from parties.finding import SHORTEST, Found, find
from parties.models import ContactPoint, Party

PERMISSION = "dossiers.add_contact"
AT_ONCE = (Channel.PHONE, Channel.DESK, Channel.MAIL, Channel.LETTER, Channel.VIDEO)
"""In the order in which they are offered; somebody who uses the website does it without us."""


def wanted(key: str) -> int:
    """The number of a row in what was posted; 0, which no row has, for anything else."""
    return int(key) if key.isascii() and key.isdecimal() and len(key) < 19 else 0


def begun(conversation: Conversation) -> HttpResponse:
    return redirect("desk:conversation", conversation.pk)


def finished(request: HttpRequest, contact: Contact, user: User) -> HttpResponse:
    """Says where the contact is, and goes on with the next conversation that is open."""
    dossier = contact.dossier
    if dossier:
        messages.success(
            request,
            format_html(
                '{} <a href="{}">{}</a>',
                _("The contact is kept in dossier"),
                dossier.get_absolute_url(),
                dossier.number,
            ),
        )
    following = Conversation.objects.of(user).first()
    return begun(following) if following else redirect("desk:start")


class Start(ScopedView):
    """Begin a conversation; what is still open, who waits, and the questions of every day."""

    model = Conversation
    permission = PERMISSION

    def get(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        waiting = [(each, each.minutes_waiting(now)) for each in Conversation.objects.waiting().select_related("team")]
        context = {
            "header_title": _("Reception"),
            "breadcrumbs_items": [{"url": "", "label": _("Reception")}],
            "channels": [(channel.value, channel.label) for channel in AT_ONCE],
            "conversations": Conversation.objects.of(self.user).select_related("party", "organisation"),
            "left": Conversation.objects.left_to(self.user, now=now).select_related("user"),
            "today": timezone.localdate(now).isoformat(),
            "waiting": waiting,
            "teams": Team.objects.all(),
            "questions": StandardQuestion.objects.all(),
            "unlinked": IncomingMail.objects.visible_to(self.user).unlinked().order_by("-received_at", "-pk")[:5],
        }
        return render(request, "dossiers/desk/start.html", context)


class Begin(ScopedAction):
    model = Conversation
    permission = PERMISSION

    def post(self, request: HttpRequest) -> HttpResponse:
        channel = request.POST.get("kanaal", "")
        party = Party.objects.visible_to(self.user).filter(pk=wanted(request.POST.get("persoon", ""))).first()
        try:
            conversation = actions.begin(
                channel=channel if channel in Channel.values else Channel.PHONE,
                party=party,
                by=Actor.staff(self.user),
                at=timezone.now(),
            )
        except actions.TooManyOpen as refused:
            messages.error(request, str(refused))
            return redirect("desk:start")
        return begun(conversation)


class BeginWithMail(ScopedAction):
    """An e-mail that nobody could place."""

    model = IncomingMail
    permission = "integrations.link_incomingmail"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        incoming: IncomingMail = self.get_object()
        try:
            conversation = actions.begin_with_mail(
                incoming=incoming, by=Actor.staff(self.user), at=timezone.now()
            )  # fmt: skip
        except actions.NotLinkable:
            messages.warning(request, _("A colleague was first: this mail is handled."))
            return redirect("incoming:list")
        return begun(conversation)


class ReceiveVisitor(ScopedAction):
    model = Conversation
    permission = PERMISSION

    def post(self, request: HttpRequest) -> HttpResponse:
        name, subject = request.POST.get("naam", "").strip(), request.POST.get("onderwerp", "").strip()
        if not name and not subject:
            messages.error(request, _("Write a name, or what it is about, so that a colleague can call the visitor."))
            return redirect("desk:start")
        team = Team.objects.filter(pk=wanted(request.POST.get("team", ""))).first()
        actions.receive_visitor(name=name, subject=subject, team=team, by=Actor.staff(self.user), at=timezone.now())
        messages.success(request, _("%(who)s is in the waiting room.") % {"who": name or subject})
        return redirect("desk:start")


class CallVisitor(ScopedAction):
    model = Conversation
    permission = PERMISSION

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        conversation: Conversation = self.get_object()
        if not actions.call_visitor(conversation=conversation, by=Actor.staff(self.user), at=timezone.now()):
            messages.warning(request, _("A colleague was first: this visitor is being helped."))
            return redirect("desk:start")
        return begun(conversation)


class TakeOver(ScopedAction):
    """What a colleague left unfinished."""

    model = Conversation
    permission = PERMISSION

    def get_queryset(self) -> Any:
        return Conversation.objects.left_to(self.user, now=timezone.now())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        conversation: Conversation = self.get_object()
        try:
            taken = actions.take_over(conversation=conversation, by=Actor.staff(self.user), at=timezone.now())
        except actions.TooManyOpen as refused:
            messages.error(request, str(refused))
            return redirect("desk:start")
        if not taken:
            messages.warning(request, _("A colleague was first: this conversation is being finished."))
            return redirect("desk:start")
        return begun(conversation)


class AskedEveryDay(ScopedAction):
    """A standard question of somebody who gives no name: written down and closed with one press."""

    model = StandardQuestion
    permission = PERMISSION

    def get_queryset(self) -> Any:
        return StandardQuestion.objects.all()

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        question: StandardQuestion = self.get_object()
        offered = desk.answers_at_once(self.user, desk.processes())
        if not offered:
            messages.error(request, _("There is no published process in which you can close a question at once."))
            return redirect("desk:start")
        by, now = Actor.staff(self.user), timezone.now()
        channel = request.POST.get("kanaal", "")
        try:
            contact = actions.register_standard_question(
                question=question,
                channel=channel if channel in Channel.values else Channel.PHONE,
                process_version=offered[0][0],
                step=offered[0][1].key,
                by=by,
                at=now,
            )
        except actions.StepRefused as refused:  # a process that needs a name
            messages.error(request, str(refused))
            return redirect("desk:start")
        return finished(request, contact, self.user)


class ConversationPage(ScopedView):
    """One conversation. Every press keeps first what was typed; what it is then for, its name says."""

    model = Conversation
    permission = PERMISSION

    def get_queryset(self) -> Any:
        rows = super().get_queryset().filter(user=self.user)
        return rows.select_related("party", "organisation", "mail", "contact__dossier")

    @cached_property
    def conversation(self) -> Conversation:
        conversation: Conversation = self.get_object()
        return conversation

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    @cached_property
    def by(self) -> dict[str, Any]:
        return {"by": Actor.staff(self.user), "at": self.now}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.conversation.finished_at:
            return self.gone()
        return self.page()

    def gone(self) -> HttpResponse:
        contact = self.conversation.contact
        return redirect(contact.dossier) if contact and contact.dossier else redirect("desk:start")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        conversation = self.conversation
        if conversation.finished_at:  # pressed twice, or in another window
            return self.gone()
        words = kept_words(request.POST)
        for name, value in words.items():
            setattr(conversation, name, value)
        version = wanted(request.POST.get("versie", ""))
        by = Actor.staff(self.user)
        kept = actions.keep(conversation=conversation, expected_version=version, by=by, **words)
        if not kept:
            conversation.version = Conversation.objects.values_list("version", flat=True).get(pk=pk)
            if "zelf" in request.POST:
                return JsonResponse({"version": conversation.version}, status=409)
            notice = _("You went on with this conversation in another window. Below is what you wrote here. Go on?")
            return self.page(errors={"page": notice}, status=409)
        conversation.version = version + 1
        if "zelf" in request.POST:  # the page keeps by itself
            return JsonResponse({"version": conversation.version})
        what, _dash, which = request.POST.get("wat", "").partition("-")
        return self.VERBS.get(what, ConversationPage.keep)(self, which)

    # --- Presses that only change who it is

    def keep(self, which: str) -> HttpResponse:
        """Enter was pressed: in the search box that means searching."""
        return self.search(which) if self.request.POST.get("q", "").strip() else begun(self.conversation)

    def search(self, which: str) -> HttpResponse:
        """Answered at once and not by another address: a national number may stand in none."""
        return self.page(words=" ".join(self.request.POST.get("q", "").split())[:100])

    def choose(self, which: str) -> HttpResponse:
        party = get_object_or_404(Party.objects.visible_to(self.user).current(), pk=wanted(which))
        if party.is_person:
            self.change(party=party, is_anonymous=False)
        else:
            self.change(organisation=party, is_anonymous=False)
        return begun(self.conversation)  # which puts the cursor in the subject

    def forget(self, which: str) -> HttpResponse:
        """Somebody else after all; ``which`` says whether it was the person or the organisation."""
        self.change(**({"organisation": None} if which == "organisatie" else {"party": None, "is_anonymous": False}))
        return begun(self.conversation)

    def nameless(self, which: str) -> HttpResponse:
        self.change(party=None, organisation=None, is_anonymous=True, given_name="")
        return begun(self.conversation)  # which puts the cursor in the subject

    def change(self, **fields: Any) -> None:
        Conversation.objects.open().filter(pk=self.conversation.pk, user=self.user).update(**fields)

    def throw_away(self, which: str) -> HttpResponse:
        actions.discard(conversation=self.conversation, **self.by)
        messages.success(self.request, _("The conversation is thrown away. Nothing of it is kept."))
        following = Conversation.objects.of(self.user).first()
        return begun(following) if following else redirect("desk:start")

    # --- Presses that finish it

    def answer(self, which: str) -> HttpResponse:
        offered = {f"{version.pk}-{step.key}": (version, step) for version, step in self.answers}
        if which not in offered:
            return self.page(errors={"page": _("This step is not possible now.")}, status=422)
        version, step = offered[which]
        return self.finish(
            lambda: actions.answer_now(
                conversation=self.conversation, process_version=version, step=step.key, **self.by
            )
        )  # fmt: skip

    def standard(self, which: str) -> HttpResponse:
        """A question of every day: its words are filled in; the press on "Answered" is the next one."""
        question = get_object_or_404(StandardQuestion, pk=wanted(which))
        self.change(subject=question.subject, answer=self.conversation.answer or question.answer)
        return redirect(f"{reverse('desk:conversation', args=[self.conversation.pk])}#afronden")

    def to_dossiers(self, which: str) -> HttpResponse:
        seen = Dossier.objects.visible_to(self.user)
        keys = [key for key in map(wanted, self.request.POST.getlist("dossier")) if key]
        chosen = list(seen.filter(pk__in=keys).order_by("-first_contact_at"))
        if number := self.request.POST.get("nummer", "").strip().upper():
            by_number = seen.filter(number=number).first()
            if by_number is None:
                return self.page(errors={"dossiers": _("You have no dossier with this number.")}, status=422)
            chosen = [by_number, *(dossier for dossier in chosen if dossier != by_number)]
        return self.finish(
            lambda: actions.add_to_dossiers(conversation=self.conversation, dossiers=chosen, **self.by)
        )  # fmt: skip

    def call_back(self, which: str) -> HttpResponse:
        form = self.call_back_form(self.request.POST)
        if not form.is_valid():
            return self.page(call_back=form, status=422)
        asked = form.cleaned_data
        key = wanted(self.request.POST.get("bel-dossier", ""))
        dossier = Dossier.objects.visible_to(self.user).filter(pk=key).first() if key else None
        try:
            window = actions.window_on(asked["day"], asked["start"], asked["end"], now=self.now)
        except actions.WindowRefused as refused:
            form.add_error("day", str(refused))
            return self.page(call_back=form, status=422)
        if not normalise_phone(asked["phone"]):
            form.add_error("phone", _("Write a phone number on which we can call back, such as 0470 12 34 56."))
            return self.page(call_back=form, status=422)

        def promise() -> Contact:
            return actions.call_back_later(
                conversation=self.conversation,
                dossier=dossier,
                process_version=self.information,
                window=window,
                phone=asked["phone"],
                team=asked["team"],
                assignee=asked["person"],
                **self.by,
            ).contact

        return self.finish(promise, call_back=form)

    def hand_over(self, which: str) -> HttpResponse:
        form = self.hand_over_form(self.request.POST)
        if not form.is_valid():
            return self.page(hand_over=form, status=422)
        asked = form.cleaned_data
        to = actions.HandedOver(asked["process"], asked["team"], asked["person"], asked["due_on"])
        return self.finish(
            lambda: actions.hand_over(conversation=self.conversation, to=to, **self.by), hand_over=form
        )  # fmt: skip

    def start_something(self, which: str) -> HttpResponse:
        name, _dash, key = which.partition("-")
        starters = desk.starters.get(name)
        if starters is None:
            raise Http404
        return starters.begin(key, self.conversation, self.request)

    def finish(self, act: Callable[[], Contact], **forms: Any) -> HttpResponse:
        if error := email_error(self.conversation.given_email):
            return self.page(errors={"given_email": error}, status=422, **forms)
        try:
            return finished(self.request, act(), self.user)
        except actions.NotFinished as missing:
            return self.page(errors={missing.field: str(missing)}, status=422, **forms)
        except actions.StepRefused as refused:
            return self.page(errors={"page": str(refused)}, status=422, **forms)
        except actions.NotLinkable:
            messages.warning(self.request, _("A colleague was first: this mail is handled."))
            return redirect("incoming:list")

    VERBS: dict[str, Callable[["ConversationPage", str], HttpResponse]] = {
        "zoek": search,
        "kies": choose,
        "vergeet": forget,
        "naamloos": nameless,
        "weg": throw_away,
        "antwoord": answer,
        "vraag": standard,
        "dossier": to_dossiers,
        "terugbellen": call_back,
        "doorgeven": hand_over,
        "begin": start_something,
    }

    # --- The page

    @cached_property
    def processes(self) -> list[ProcessVersion]:
        return desk.processes()

    @cached_property
    def answers(self) -> list[tuple[ProcessVersion, Transition]]:
        return desk.answers_at_once(self.user, self.processes)

    @property
    def information(self) -> ProcessVersion | None:
        """Where a question goes that fits nowhere else."""
        return next((version for version in self.processes if version.kind == "information"), None)

    @cached_property
    def people(self) -> dict[str, Any]:
        return {"teams": Team.objects.all(), "colleagues": handlers()}

    def call_back_form(self, data: Any = None) -> CallBackForm:
        initial = next_window(self.now, actions.working_calendar())
        return CallBackForm(data, initial=initial | {"phone": self.phone}, **self.people)

    def hand_over_form(self, data: Any = None) -> HandOverForm:
        first = {"process": self.information.process_type_id} if self.information else {}
        return HandOverForm(data, processes=self.processes, initial=first, **self.people)

    @cached_property
    def phone(self) -> str:
        """On which number we would call back: the one of this conversation, else the first that we know."""
        party = self.conversation.party or self.conversation.organisation
        if self.conversation.given_phone or party is None:
            return self.conversation.given_phone
        known = party.contact_points.filter(kind=ContactPoint.Kind.PHONE, ended_at=None).order_by("-is_preferred", "pk")
        return known.values_list("as_given", flat=True).first() or ""

    def found(self, words: str) -> list[Found]:
        people = find(words, user=self.user, limit=12, with_national_number=True)
        AccessLog.objects.record_all(
            user=self.user, action="search", objects=[each.party for each in people], at=self.now
        )  # fmt: skip
        return people

    def page(
        self,
        *,
        errors: dict[str, str] | None = None,
        call_back: CallBackForm | None = None,
        hand_over: HandOverForm | None = None,
        words: str = "",
        status: int = 200,
    ) -> HttpResponse:
        conversation = self.conversation
        parties = [party for party in (conversation.party, conversation.organisation) if party]
        for party in parties:
            AccessLog.objects.record(user=self.user, action="view", obj=party, at=self.now)
        points = Prefetch("contact_points", ContactPoint.objects.in_use().order_by("-is_preferred", "pk"))
        known = list(Party.objects.filter(pk__in=[party.pk for party in parties]).prefetch_related(points))
        context = {
            "header_title": str(conversation),
            "breadcrumbs_items": [
                {"url": reverse("desk:start"), "label": _("Reception")},
                {"url": "", "label": str(conversation)},
            ],
            "conversation": conversation,
            "others": Conversation.objects.of(self.user).select_related("party", "organisation"),
            "channels": [(channel.value, channel.label) for channel in Channel if channel != Channel.WEB],
            "errors": errors or {},
            "words": words,
            "shortest": SHORTEST,
            "found": self.found(words) if words else [],
            "reach": {party.pk: party.contact_points.all() for party in known},
            "picture": desk.picture(parties, user=self.user, day=timezone.localdate(self.now)),
            "answers": self.answers,
            "questions": StandardQuestion.objects.all(),
            "starters": [
                (f"begin-{name}-{key}", label)
                for name, starters in desk.starters.items()
                for key, label in starters.offered(self.user)
            ],
            "call_back": call_back or self.call_back_form(),
            "hand_over": hand_over or self.hand_over_form(),
            "information": self.information,
            "ticked": self.request.POST.getlist("dossier"),
            "number": self.request.POST.get("nummer", ""),
        }
        return render(self.request, "dossiers/desk/conversation.html", context, status=status)
