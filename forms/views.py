"""Filling in a form, page by page, without needing JavaScript. Its files are in file_views.py."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.debug import sensitive_post_parameters
from wagtail.admin import messages

from core.actors import Actor
from core.models import User
from dossiers import signed_in
from dossiers.actions import StepRefused
from dossiers.models import Dossier
from dossiers.permissions import steps_at_once
from forms import actions, at_once, cosigning, gate, hold, resuming, usage
from forms.branches import Branch, follow
from forms.embedding import address
from forms.fields.files import FilesField
from forms.filling_in import as_asked, fingerprint, neighbours, step_context, step_form
from forms.hold import Hold
from forms.keeping import ROUND_TRIP, WARN_BEFORE
from forms.models import FormDefinition, FormDraft, FormVersion, Submission
from forms.nested import ADD, REMOVE
from forms.on_behalf import MARK, WhoForm, allowed, form_for, is_missing, is_unfinished, proven, signed_in_for
from forms.on_behalf import as_asked as as_asked_for_whom
from forms.prefill import known_answers, mark
from forms.refusals import GatedView
from forms.roles import ActingFor, Role, SignIn, role_for
from forms.runtime import QuestionsForm
from forms.towns import towns
from forms.typed import FOR_WHOM, as_posted
from integrations import health
from parties.remaining import remaining

BACK_TO_CHECK = "controle"
SEEN, WARNED, RECALCULATE, SAVE = "gezien", "gewaarschuwd", "bereken", "bewaren"
"""Names of controls on a step: what showed, which warnings were read, the buttons that work a price out and save."""
TOO_LATE = "te-laat"
ADD_FILES, REMOVE_FILE = "toevoegen", "verwijder"
"""Names of the buttons of a question that takes files."""


@method_decorator(never_cache, name="dispatch")
class Start(GatedView):
    """The first page: what is this form, for whom is it filled in, and a button to start."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        definition = get_object_or_404(FormDefinition, slug=slug)
        version = definition.current_version
        if version is None:
            return render(request, "forms/unavailable.html", {"definition": definition}, status=410)
        gate.look(definition, at=timezone.now())
        who = signed_in.current(request)
        asked = {"acting_for": ActingFor.ORGANISATION} if who and who.organisation else None
        return self.page(definition, version, WhoForm(on_behalf=allowed(version.schema), initial=asked))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        definition = get_object_or_404(FormDefinition, slug=slug)
        version = definition.current_version
        if version is None:
            return render(request, "forms/unavailable.html", {"definition": definition}, status=410)
        form = WhoForm(request.POST, on_behalf=allowed(version.schema))
        if not form.is_valid():
            return self.page(definition, version, form)
        now = timezone.now()
        who = signed_in.current(request) if version.schema["sign_in"] != SignIn.NO else None
        draft = actions.start(
            version=version,
            role=role_for(form.chosen),
            acting_for=form.chosen,
            party=who.person if who else None,
            for_whom=signed_in_for(who) if who else None,
            by=Actor.citizen(),
            at=now,
            visitor=gate.Visitor.of(request),
        )
        return self.begin(request, draft, now)

    def begin(self, request: HttpRequest, draft: FormDraft, at: datetime) -> HttpResponse:
        return begin(request, draft, at)

    def page(self, definition: FormDefinition, version: FormVersion, form: WhoForm) -> HttpResponse:
        context = {
            "schema": version.schema,
            "form": form,
            "places": gate.places_left(definition) if definition.show_places else None,
            "closes_at": definition.closes_at,
            "cosigned": definition if definition.cosigners_max else None,
            "earlier": begun_here(self.request, definition, timezone.now()),
            "just_closed": "gesloten" in self.request.GET,
            "slug": definition.slug,
            "sign_in": version.schema["sign_in"] if settings.CITIZEN_OIDC else "",
        }
        return render(self.request, "forms/start.html", context)


def begin(request: HttpRequest, draft: FormDraft, at: datetime) -> HttpResponse:
    """Give the form to this browser, and show its first page."""
    response = redirect(first_page(request, draft))
    hold.take(request, response, draft.pk, at)
    return response


def first_page(request: HttpRequest, draft: FormDraft) -> str:
    slug = draft.version.definition.slug
    if not is_missing(draft.acting_for, draft.on_behalf):
        return address(request, "step", slug, draft.pk, 1)
    return address(request, "on_behalf", slug, draft.pk)


def begun_here(request: HttpRequest, definition: FormDefinition, at: datetime) -> dict[str, Any] | None:
    """The form in progress that this browser worked on last, for the start page; None when there is none."""
    held = hold.held(request, at, Hold.OPEN, Hold.CLOSED)
    if not held:
        return None
    drafts = FormDraft.objects.select_related("version").filter(
        pk__in=held, version__definition=definition, submitted_at__isnull=True
    )
    drafts = drafts.exclude(role=Role.DESK)  # they begin at the desk, each for another citizen
    draft = min(drafts, key=lambda draft: held.index(draft.pk), default=None)
    if draft is None:
        return None
    number = resuming.left_off(draft)
    steps = follow(draft.version.schema, draft.answers, draft.role).steps
    if hold.hold_of(request, draft.pk, at) is Hold.CLOSED:
        where = reverse("forms:closed", args=[definition.slug, draft.pk])
    else:
        where = resuming.address_left_off(draft)
    position = steps.index(number) + 1 if number in steps else number
    return {"when": draft.updated_at, "number": position, "count": len(steps), "address": where}


@method_decorator(sensitive_post_parameters(), name="dispatch")  # no report of an error may hold what people typed
@method_decorator(never_cache, name="dispatch")
class DraftView(GatedView):
    """A page of a form in progress: only for a browser that holds it; anyone else reads how to go on or start anew."""

    slug: str
    uuid: UUID
    is_for_sent = False
    """Whether this page is what a form that was sent still shows."""
    is_for_closed = False
    """Whether this page shows no answers, so that it may be seen while the form is closed."""
    asks_for_whom = False
    """Whether this page is where somebody says on whose behalf."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.slug, self.uuid = kwargs["slug"], kwargs["uuid"]
        self.now = timezone.now()
        self.hold = self.hold_after = self.held(request)

    def held(self, request: HttpRequest) -> Hold:
        """What this browser may do with the form."""
        return hold.hold_of(request, self.uuid, self.now)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.hold is Hold.NONE or self.draft_or_none is None or not may_fill_in(request, self.draft):
            return render(request, "forms/lost.html", {"slug": self.slug}, status=404)
        if belongs_to_sign_in(self.draft):
            self.hold = self.hold_after = Hold.OPEN if is_signed_in_for(request, self.draft) else Hold.CLOSED
        try:
            response = self.answer(request, *args, **kwargs)
        except actions.AlreadySubmitted:
            response = redirect(self.address("done") + (f"?{TOO_LATE}" if self.loses_a_change else ""))
        self.hold_on(response)
        return response

    def hold_on(self, response: HttpResponse) -> None:
        """What this browser may do with the form from now on."""
        if self.hold_after is Hold.OPEN:
            hold.take(self.request, response, self.uuid, self.now)
        elif self.hold_after is not self.hold and self.hold_after is Hold.CLOSED:
            hold.close(response, self.uuid, self.now)
        elif self.hold_after is not self.hold:
            hold.forget(response, self.uuid)

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.draft.submitted_at and self.hold is Hold.CLOSED:
            return render(request, "forms/sent.html", status=410)
        if self.draft.submitted_at and not self.is_for_sent:
            raise actions.AlreadySubmitted  # the back button after sending, a second click, another tab
        if self.hold is Hold.CLOSED and not self.is_for_closed:
            kept = self.keep_late()
            return redirect(self.address("closed") + ("?bewaard" if kept else ""))
        answers_elsewhere = self.asks_for_whom or self.is_for_closed or self.draft.submitted_at
        if not answers_elsewhere and self.must_say_for_whom:
            return redirect(self.address("on_behalf"))
        return super().dispatch(request, *args, **kwargs)

    @property
    def must_say_for_whom(self) -> bool:
        draft = self.draft
        if self.request.method == "POST":  # what another tab posts meanwhile is not lost; sending it looks again
            return is_missing(draft.acting_for, draft.on_behalf)
        return is_unfinished(draft.acting_for, draft.on_behalf, draft.typed)

    @property
    def loses_a_change(self) -> bool:
        """Whether what was just posted is not kept because the form was sent already."""
        return False

    def keep_late(self) -> bool:
        """What was posted when the form was closed already must not be lost; True when there was something."""
        return False

    @cached_property
    def draft_or_none(self) -> FormDraft | None:
        return (
            FormDraft.objects.select_related("version__definition", "filled_in_by", "party")
            .filter(pk=self.uuid)
            .first()
        )

    @cached_property
    def draft(self) -> FormDraft:
        if self.draft_or_none is None:
            raise Http404
        return self.draft_or_none

    @property
    def by(self) -> Actor:
        """Who acts: at the desk that is the member of staff, not the citizen."""
        return Actor.staff(self.draft.filled_in_by) if self.draft.filled_in_by else Actor.citizen()

    def pass_gate(self) -> None:
        if not self.draft.submitted_at:
            gate.look(self.draft.version.definition, at=self.now)

    def refused_draft(self) -> FormDraft:
        return self.draft

    @property
    def keeping(self) -> dict[str, Any]:
        """What a page says about how long the form is kept and stays open; see forms/_keeping.html.

        Of who signed in it stays open no longer than the sign-in.
        """
        timeout = settings.FORM_TIMEOUT
        if belongs_to_sign_in(self.draft):
            timeout = min(timeout, settings.CITIZEN_SESSION)
        return {
            "until": self.draft.kept_until,
            "minutes": int(timeout.total_seconds() // 60),
            "seconds": int((timeout - ROUND_TRIP).total_seconds()),
            "warning": int(WARN_BEFORE.total_seconds()),
            "keep": self.address("keep"),
            "closed": self.address("closed"),
            "save": self.address("save") if resuming.may_have_link(self.draft) else "",
        }

    @property
    def schema(self) -> dict[str, Any]:
        return self.draft.version.schema

    def address(self, page: str, *args: int) -> str:
        return address(self.request, page, self.slug, self.uuid, *args)

    @property
    def left_off(self) -> str:
        """Where to go on."""
        number = resuming.left_off(self.draft)
        return self.address("check") if number is None else self.address("step", number)


def may_fill_in(request: HttpRequest, draft: FormDraft) -> bool:
    """A form at the desk stays with the member of staff who began it, for as long as they have the right to."""
    if draft.role != Role.DESK:
        return True
    user = request.user
    return isinstance(user, User) and draft.filled_in_by_id == user.pk and user.has_perm("forms.fill_in_at_desk")


def belongs_to_sign_in(draft: FormDraft) -> bool:
    """Begun by a citizen who was signed in: it shows what the register knows of this person."""
    return draft.party_id is not None and draft.role != Role.DESK


def is_signed_in_for(request: HttpRequest, draft: FormDraft) -> bool:
    """Whether the same person is signed in now, for the same organisation if it is for one."""
    who = signed_in.current(request)
    if who is None or draft.party is None or remaining(draft.party) != who.person:
        return False
    organisation = proven(draft.on_behalf)
    return organisation is None or organisation == who.organisation


class SendingView(DraftView):
    """A page from which the form can be sent."""

    def send(self) -> HttpResponse:
        request, now = self.request, timezone.now()
        gate.look_for_program(self.draft, trap=request.POST.get(gate.TRAP, ""), at=now)
        try:
            submission = actions.submit(draft=self.draft, by=self.by, at=now, visitor=gate.Visitor.of(request))
        except actions.Incomplete as incomplete:
            return redirect(self.address("step", incomplete.step))
        except cosigning.Unfit:
            return redirect(self.address("cosigners"))
        if at_once.NAME in request.POST and self.draft.filled_in_by:
            return self.take_first_step(submission.dossier, self.draft.filled_in_by, now)
        return redirect(self.address("done"))

    def take_first_step(self, dossier: Dossier, clerk: User, at: datetime) -> HttpResponse:
        """The form is sent, whatever becomes of the step; after it, the desk is ready for who comes next."""
        buttons = []
        if Dossier.objects.visible_to(clerk).filter(pk=dossier.pk).exists():
            buttons.append(messages.button(dossier.get_absolute_url(), _("To the dossier")))
        try:
            step = at_once.take(dossier=dossier, step=self.request.POST[at_once.NAME], by=self.by, at=at)
        except StepRefused as refused:  # Changed is one too
            sent = _("%(number)s is sent, without the step. %(why)s") % {"number": dossier.number, "why": refused}
            messages.warning(self.request, sent, buttons=buttons)
        else:
            done = _("%(number)s: %(step)s.") % {"number": dossier.number, "step": step.label}
            messages.success(self.request, done, buttons=buttons)
        return redirect("form_desk")


class OnBehalfOf(DraftView):
    """For whom: asked on one page before the first step."""

    asks_for_whom = True

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.draft.acting_for == ActingFor.SELF:
            return redirect(self.address("step", 1))
        return super().answer(request, *args, **kwargs)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        typed = {name: values[0] for name, values in self.draft.typed.get(FOR_WHOM, {}).items() if values}
        initial = {**(self.draft.on_behalf or {}), **typed}
        return self.page(form_for(self.draft.acting_for, initial=initial), is_typed=bool(typed))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = form_for(self.draft.acting_for, data=request.POST)
        if not form.is_valid():
            return self.page(form)
        actions.keep_on_behalf(draft=self.draft, given=form.cleaned_data, by=self.by, at=timezone.now())
        if request.GET.get("terug") == BACK_TO_CHECK:
            return redirect(self.address("check"))
        return redirect(self.address("step", 1))

    @property
    def loses_a_change(self) -> bool:
        return self.request.method == "POST"

    def keep_late(self) -> bool:
        if self.request.method != "POST":
            return False
        resuming.keep_for_whom(draft=self.draft, data=self.request.POST, by=self.by, at=self.now)
        return True

    def page(self, form: Any, *, is_typed: bool = False) -> HttpResponse:
        context = {
            "schema": self.schema,
            "form": form,
            "draft": self.draft,
            "back": address(self.request, "start", self.slug),
            "keeping": self.keeping,
            "mark": MARK,
            "is_typed": is_typed,
        }
        return render(self.request, "forms/on_behalf.html", context)


class Step(SendingView):
    """One step: its questions, and on to the next step that applies."""

    def get(self, request: HttpRequest, number: int, **kwargs: Any) -> HttpResponse:
        uploads = actions.uploads_of(self.draft)
        usage.shown(self.draft, self.existing(number), at=self.now)
        step = self.schema["steps"][number - 1]
        if typed := self.draft.typed.get(step["key"]):
            form = self.form(number, uploads, data=as_posted(typed), show_errors=False)
            return self.page(number, form, uploads, is_typed=True)
        known = known_answers(self.draft)
        form = self.form(number, uploads, known=known)
        mark(form, known)
        return self.page(number, form, uploads)

    def post(self, request: HttpRequest, number: int, **kwargs: Any) -> HttpResponse:
        self.existing(number)
        now = timezone.now()
        by = self.by
        uploads = actions.uploads_of(self.draft)
        form = self.form(
            number,
            uploads,
            data=request.POST,
            files=request.FILES,
            seen=seen(request),
            show_errors=not self.stays,
        )
        form.full_clean()
        if request.FILES:
            self.draft = actions.keep_files(draft=self.draft, number=number, form=form, by=by, at=now)
        if removal := request.POST.get(REMOVE_FILE):
            key, _slash, upload = removal.partition("/")
            self.draft = actions.remove_file(draft=self.draft, key=key, upload=upload, by=by, at=now)
        if SAVE in request.POST:
            resuming.keep_typed(draft=self.draft, number=number, form=form, data=request.POST, by=by, at=now)
            return redirect(f"{self.address('save')}?stap={number}")
        if self.stays:
            for key in set(request.FILES) & set(form.fields):
                for message in getattr(form.fields[key], "refused", ()):
                    form.add_error(key, message)
            return self.page(number, form, actions.uploads_of(self.draft))
        if form.errors or not form.complete or unheeded(request, form):
            usage.refused(self.draft, number, form.errors, at=now)
            return self.page(number, form, actions.uploads_of(self.draft))
        self.draft = actions.keep_answers(draft=self.draft, number=number, form=form, by=by, at=now)
        usage.left(self.draft, number, at=now)
        _before, after = neighbours(self.branch.steps, number)
        if after is None and at_once.NAME in request.POST and self.draft.role == Role.DESK:
            usage.shown(self.draft, usage.check_page(self.draft), at=now)  # passed by, and yet the figures must add up
            return self.send()
        if after is None or (self.returns_to_check and not self.reveals(after)):
            return redirect(self.address("check"))
        return redirect(self.address("step", after))

    def form(
        self, number: int, uploads: dict[str, Any], *, known: dict[str, Any] | None = None, **kwargs: Any
    ) -> QuestionsForm:
        """``known`` stands in the boxes of questions that were not answered yet."""
        answers = {**(known or {}), **self.draft.answers}
        return step_form(self.schema, number, self.draft.role, answers=answers, uploads=uploads, **kwargs)

    @property
    def branch(self) -> Branch:
        """What applies with the answers that are kept."""
        return follow(self.schema, self.draft.answers, self.draft.role)

    @property
    def stays(self) -> bool:
        """Whether a button was pressed that changes this page, so that nothing on it is judged but new files."""
        here = {ADD_FILES, REMOVE_FILE, RECALCULATE} & set(self.request.POST)
        return bool(here) or any(name.endswith((f"-{ADD}", f"-{REMOVE}")) for name in self.request.POST)

    def reveals(self, after: int) -> bool:
        """Whether a step further on now needs an answer, so that the check page would only send back there."""
        incomplete = actions.first_unfinished(self.draft, actions.uploads_of(self.draft))
        return incomplete is not None and incomplete >= after

    @property
    def loses_a_change(self) -> bool:
        return self.request.method == "POST"

    def keep_late(self) -> bool:
        if self.request.method != "POST":
            return False
        number = self.existing(self.kwargs["number"])
        resuming.keep_typed(draft=self.draft, number=number, data=self.request.POST, by=self.by, at=self.now)
        return True

    def existing(self, number: int) -> int:
        if not 1 <= number <= len(self.schema["steps"]):
            raise Http404
        return number

    @property
    def returns_to_check(self) -> bool:
        return self.request.GET.get("terug") == BACK_TO_CHECK

    def page(
        self, number: int, form: QuestionsForm, uploads: dict[str, Any], *, is_typed: bool = False
    ) -> HttpResponse:
        with_addresses(self.request, uploads)
        context = step_context(self.schema, number, form, uploads)
        for field in form.fields.values():
            if isinstance(field, FilesField):
                field.widget.address = self.address("files")
        before, _after = neighbours(form.branch.steps, number)
        if self.returns_to_check:
            back = self.address("check")
        elif before:
            back = self.address("step", before)
        else:
            back = address(self.request, "start", self.slug)
        context |= {
            "back": back,
            "draft": self.draft,
            "keeping": self.keeping,
            "is_typed": is_typed,
            "at_once": at_once.offered(self.draft) if number == form.branch.steps[-1] else [],
        }
        return render(self.request, "forms/step.html", context)


def seen(request: HttpRequest) -> set[str] | None:
    """The questions that showed on the page that was sent; None when it does not say so.

    Each row of a repeating group says it for itself.
    """
    if SEEN not in request.POST:
        return None
    return {name for names in request.POST.getlist(SEEN) for name in names.split(",")}


def unheeded(request: HttpRequest, form: QuestionsForm) -> bool:
    """Whether there are warnings that the citizen has not read yet; sending the same again passes them."""
    return bool(form.doubted) and request.POST.get(WARNED) != fingerprint(form)


class Check(SendingView):
    """Every answer once more, each with a way to change it; from here the form is sent."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        uploads = actions.uploads_of(self.draft)
        incomplete = actions.first_unfinished(self.draft, uploads)
        if incomplete:
            return redirect(self.address("step", incomplete))
        steps = as_asked(self.schema, self.draft.role, self.draft.answers)
        for step in steps:
            step["answers"] = [answer for answer in step["answers"] if answer["shown"]]
            step["change"] = f"{self.address('step', step['number'])}?terug={BACK_TO_CHECK}"
            for answer in step["answers"]:
                answer["upload"] = uploads.get(answer["key"])
        back = self.address("step", steps[-1]["number"] if steps else 1)
        for step in as_asked_for_whom(self.draft.acting_for, self.draft.on_behalf):
            steps.insert(0, {**step, "change": f"{self.address('on_behalf')}?terug={BACK_TO_CHECK}"})
        context = {
            "schema": self.schema,
            "steps": steps,
            "draft": self.draft,
            "back": back,
            "keeping": self.keeping,
            "trap": gate.TRAP,
            "at_once": at_once.offered(self.draft),
            "cosigners": self.address("cosigners") if self.draft.version.definition.cosigners_max else "",
        }
        usage.shown(self.draft, usage.check_page(self.draft), at=self.now)
        return render(request, "forms/check.html", context)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.send()


class Done(DraftView):
    """Sent: the number, when the answer comes, and where to follow it."""

    is_for_sent = True

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        submission = Submission.objects.select_related("dossier", "contact", "version").filter(token=self.uuid).first()
        if submission is None:
            return redirect(self.address("check"))
        email = submission.contact.given_email
        context = {
            "schema": submission.version.schema,
            "draft": self.draft,
            "dossier": submission.dossier,
            "email": email,
            "follow_link": submission.dossier.follow_links.to_tell(timezone.now()).first(),
            "can_ask_a_link": bool(email or (submission.contact.given_mobile and health.is_open("sms"))),
            "answers": self.address("answers"),
            "answers_pdf": self.address("answers_pdf"),
            "too_late": TOO_LATE in request.GET,
            "cosigning": cosigning.overview(submission),
        }
        if self.draft.filled_in_by and isinstance(request.user, User):
            context["may_open"] = Dossier.objects.visible_to(request.user).filter(pk=submission.dossier_id).exists()
            context["steps"] = steps_at_once(request.user, submission.dossier)
        return render(request, "forms/done.html", context)


def with_addresses(request: HttpRequest, uploads: dict[str, Any]) -> dict[str, Any]:
    """Each file knows where it can be fetched: in the frame, when this page is in one."""
    for there in uploads.values():
        for upload in there if isinstance(there, list) else [there]:
            upload.page = address(request, "file", upload.pk)
            upload.picture_page = address(request, "picture", upload.pk)
    return uploads


@method_decorator(cache_control(public=True, max_age=60 * 60 * 24), name="dispatch")
class Towns(View):
    """The municipalities of a postcode, for the script that suggests them."""

    def get(self, request: HttpRequest, postcode: str) -> JsonResponse:
        return JsonResponse({"towns": towns(postcode)})
