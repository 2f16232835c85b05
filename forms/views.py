"""Filling in a form, page by page, without needing JavaScript. Staff see pictures through a view of their own."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views import View
from django.views.decorators.cache import never_cache

from core.actors import Actor
from core.models import AccessLog
from core.views import ScopedView
from forms import actions, cosigning, gate, hold, resuming, usage
from forms.branches import Branch, follow
from forms.filling_in import as_asked, neighbours, step_context, step_form
from forms.hold import Hold
from forms.keeping import ROUND_TRIP, WARN_BEFORE
from forms.models import FormDefinition, FormDraft, Submission, Upload
from forms.nested import ADD, REMOVE
from forms.refusals import GatedView
from forms.roles import Role
from forms.runtime import QuestionsForm
from forms.typed import as_posted

BACK_TO_CHECK = "controle"
SEEN, WARNED, RECALCULATE, SAVE = "gezien", "gewaarschuwd", "bereken", "bewaren"
"""Names of controls on a step: what showed, which warnings were read, the buttons that work a price out and save."""
TOO_LATE = "te-laat"


@method_decorator(never_cache, name="dispatch")
class Start(GatedView):
    """The first page: what is this form, and a button to start."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        definition = get_object_or_404(FormDefinition, slug=slug)
        version = definition.current_version
        if version is None:
            return render(request, "forms/unavailable.html", {"definition": definition}, status=410)
        now = timezone.now()
        gate.look(definition, at=now)
        context = {
            "schema": version.schema,
            "places": gate.places_left(definition) if definition.show_places else None,
            "closes_at": definition.closes_at,
            "cosigned": definition if definition.cosigners_max else None,
            "earlier": begun_here(request, definition, now),
            "just_closed": "gesloten" in request.GET,
        }
        return render(request, "forms/start.html", context)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        definition = get_object_or_404(FormDefinition, slug=slug)
        version = definition.current_version
        if version is None:
            return render(request, "forms/unavailable.html", {"definition": definition}, status=410)
        now = timezone.now()
        draft = actions.start(
            version=version, role=Role.CITIZEN, by=Actor.citizen(), at=now, visitor=gate.Visitor.of(request)
        )
        response = redirect("forms:step", slug, draft.pk, 1)
        hold.take(request, response, draft.pk, now)
        return response


def begun_here(request: HttpRequest, definition: FormDefinition, at: datetime) -> dict[str, Any] | None:
    """The form in progress that this browser worked on last, for the start page; None when there is none."""
    held = hold.held(request, at, Hold.OPEN, Hold.CLOSED)
    if not held:
        return None
    drafts = FormDraft.objects.select_related("version").filter(
        pk__in=held, version__definition=definition, submitted_at__isnull=True
    )
    draft = min(drafts, key=lambda draft: held.index(draft.pk), default=None)
    if draft is None:
        return None
    number = resuming.left_off(draft)
    steps = follow(draft.version.schema, draft.answers, draft.role).steps
    if hold.hold_of(request, draft.pk, at) is Hold.CLOSED:
        address = reverse("forms:closed", args=[definition.slug, draft.pk])
    else:
        address = resuming.address_left_off(draft)
    position = steps.index(number) + 1 if number in steps else number
    return {"when": draft.updated_at, "number": position, "count": len(steps), "address": address}


@method_decorator(never_cache, name="dispatch")
class DraftView(GatedView):
    """A page of a form in progress: only for a browser that holds it; anyone else reads how to go on or start anew."""

    slug: str
    uuid: UUID
    is_for_sent = False
    """Whether this page is what a form that was sent still shows."""
    is_for_closed = False
    """Whether this page shows no answers, so that it may be seen while the form is closed."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.slug, self.uuid = kwargs["slug"], kwargs["uuid"]
        self.now = timezone.now()
        self.hold = self.hold_after = hold.hold_of(request, self.uuid, self.now)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.hold is Hold.NONE or self.draft_or_none is None:
            return render(request, "forms/lost.html", {"slug": self.slug}, status=404)
        try:
            response = self.answer(request, *args, **kwargs)
        except actions.AlreadySubmitted:
            response = redirect(self.address("done") + (f"?{TOO_LATE}" if self.loses_a_change else ""))
        if self.hold_after is Hold.OPEN:
            hold.take(request, response, self.uuid, self.now)
        elif self.hold_after is not self.hold and self.hold_after is Hold.CLOSED:
            hold.close(response, self.uuid, self.now)
        elif self.hold_after is not self.hold:
            hold.forget(response, self.uuid)
        return response

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.draft.submitted_at and self.hold is Hold.CLOSED:
            return render(request, "forms/sent.html", status=410)
        if self.draft.submitted_at and not self.is_for_sent:
            raise actions.AlreadySubmitted  # the back button after sending, a second click, another tab
        if self.hold is Hold.CLOSED and not self.is_for_closed:
            kept = self.keep_late()
            return redirect(self.address("closed") + ("?bewaard" if kept else ""))
        return super().dispatch(request, *args, **kwargs)

    @property
    def loses_a_change(self) -> bool:
        """Whether what was just posted is not kept because the form was sent already."""
        return False

    def keep_late(self) -> bool:
        """What was posted when the form was closed already must not be lost; True when there was something."""
        return False

    @cached_property
    def draft_or_none(self) -> FormDraft | None:
        return FormDraft.objects.select_related("version__definition").filter(pk=self.uuid).first()

    @cached_property
    def draft(self) -> FormDraft:
        if self.draft_or_none is None:
            raise Http404
        return self.draft_or_none

    def pass_gate(self) -> None:
        if not self.draft.submitted_at:
            gate.look(self.draft.version.definition, at=self.now)

    def refused_draft(self) -> FormDraft:
        return self.draft

    @property
    def keeping(self) -> dict[str, Any]:
        """What a page says about how long the form is kept and stays open; see forms/_keeping.html."""
        return {
            "until": self.draft.kept_until,
            "minutes": int(settings.FORM_TIMEOUT.total_seconds() // 60),
            "seconds": int((settings.FORM_TIMEOUT - ROUND_TRIP).total_seconds()),
            "warning": int(WARN_BEFORE.total_seconds()),
            "keep": self.address("keep"),
            "closed": self.address("closed"),
            "save": self.address("save"),
        }

    @property
    def schema(self) -> dict[str, Any]:
        return self.draft.version.schema

    def address(self, page: str, *args: int) -> str:
        return reverse(f"forms:{page}", args=[self.slug, self.uuid, *args])


class Step(DraftView):
    """One step: its questions, and on to the next step that applies."""

    def get(self, request: HttpRequest, number: int, **kwargs: Any) -> HttpResponse:
        uploads = actions.uploads_of(self.draft)
        usage.shown(self.draft, self.existing(number), at=self.now)
        step = self.schema["steps"][number - 1]
        if typed := self.draft.typed.get(step["key"]):
            form = self.form(number, uploads, data=as_posted(typed), show_errors=False)
            return self.page(number, form, uploads, is_typed=True)
        return self.page(number, self.form(number, uploads), uploads)

    def post(self, request: HttpRequest, number: int, **kwargs: Any) -> HttpResponse:
        self.existing(number)
        now = timezone.now()
        by = Actor.citizen()
        uploads = actions.uploads_of(self.draft)
        if key := request.POST.get("verwijder"):
            self.draft = actions.remove_picture(draft=self.draft, key=key, by=by, at=now)
            uploads = actions.uploads_of(self.draft)
            return self.page(number, self.form(number, uploads, data=request.POST, show_errors=False), uploads)
        if RECALCULATE in request.POST or any(name.endswith((f"-{ADD}", f"-{REMOVE}")) for name in request.POST):
            return self.page(number, self.form(number, uploads, data=request.POST, show_errors=False), uploads)
        form = self.form(number, uploads, data=request.POST, files=request.FILES, unseen=self.unseen(number))
        form.full_clean()
        if request.FILES:
            self.draft = actions.keep_pictures(draft=self.draft, number=number, form=form, by=by, at=now)
        if SAVE in request.POST:
            resuming.keep_typed(draft=self.draft, number=number, form=form, data=request.POST, by=by, at=now)
            return redirect(f"{self.address('save')}?stap={number}")
        if not form.complete or self.unheeded(form):
            usage.refused(self.draft, number, form.errors, at=now)
            return self.page(number, form, actions.uploads_of(self.draft))
        self.draft = actions.keep_answers(draft=self.draft, number=number, form=form, by=by, at=now)
        usage.left(self.draft, number, at=now)
        _before, after = neighbours(self.branch.steps, number)
        if after is None or (self.returns_to_check and not self.reveals(after)):
            return redirect(self.address("check"))
        return redirect(self.address("step", after))

    def form(self, number: int, uploads: dict[str, Upload], **kwargs: Any) -> QuestionsForm:
        return step_form(self.schema, number, self.draft.role, answers=self.draft.answers, uploads=uploads, **kwargs)

    @property
    def branch(self) -> Branch:
        """What applies with the answers that are kept."""
        return follow(self.schema, self.draft.answers, self.draft.role)

    def unseen(self, number: int) -> set[str]:
        """Questions of the step that did not show on the page that was sent: a mistake in them is not the citizen's."""
        if SEEN not in self.request.POST:
            return set()
        seen = set(self.request.POST[SEEN].split(","))
        return {field["slug"] for field in self.schema["steps"][number - 1]["fields"]} - seen

    def unheeded(self, form: QuestionsForm) -> bool:
        """Whether there are warnings that the citizen has not read yet; sending the same again passes them."""
        return bool(form.warnings) and self.request.POST.get(WARNED) != fingerprint(form)

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
        resuming.keep_typed(draft=self.draft, number=number, data=self.request.POST, by=Actor.citizen(), at=self.now)
        return True

    def existing(self, number: int) -> int:
        if not 1 <= number <= len(self.schema["steps"]):
            raise Http404
        return number

    @property
    def returns_to_check(self) -> bool:
        return self.request.GET.get("terug") == BACK_TO_CHECK

    def page(
        self, number: int, form: QuestionsForm, uploads: dict[str, Upload], *, is_typed: bool = False
    ) -> HttpResponse:
        context = step_context(self.schema, number, form, uploads)
        before, _after = neighbours(form.branch.steps, number)
        if self.returns_to_check:
            back = self.address("check")
        elif before:
            back = self.address("step", before)
        else:
            back = reverse("forms:start", args=[self.slug])
        shown = {item.definition["slug"] for item in context["items"] if item.field and item.applies}
        context |= {
            "back": back,
            "seen": ",".join(sorted(shown)),
            "revealed": bool(form.is_bound and form.show_errors and not form.complete and not form.errors),
            "warned": fingerprint(form) if form.warnings and not form.errors else "",
            "keeping": self.keeping,
            "is_typed": is_typed,
        }
        return render(self.request, "forms/step.html", context)


def fingerprint(form: QuestionsForm) -> str:
    """Stands for the warnings on a page and the answers that they are about."""
    about = {key: [form.answers.get(key), form.warnings[key]] for key in sorted(form.warnings)}
    return salted_hmac("forms.warnings", json.dumps(about, sort_keys=True, default=str)).hexdigest()


class Check(DraftView):
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
        context = {
            "schema": self.schema,
            "steps": steps,
            "back": self.address("step", steps[-1]["number"] if steps else 1),
            "keeping": self.keeping,
            "trap": gate.TRAP,
            "cosigners": self.address("cosigners") if self.draft.version.definition.cosigners_max else "",
        }
        usage.shown(self.draft, usage.check_page(self.draft), at=self.now)
        return render(request, "forms/check.html", context)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        now = timezone.now()
        gate.look_for_program(self.draft, trap=request.POST.get(gate.TRAP, ""), at=now)
        try:
            actions.submit(draft=self.draft, by=Actor.citizen(), at=now, visitor=gate.Visitor.of(request))
        except actions.Incomplete as incomplete:
            return redirect(self.address("step", incomplete.step))
        except cosigning.Unfit:
            return redirect(self.address("cosigners"))
        return redirect(self.address("done"))


class Done(DraftView):
    """Sent: the number, when the answer comes, and where to follow it."""

    is_for_sent = True

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        submission = Submission.objects.select_related("dossier", "contact", "version").filter(token=self.uuid).first()
        if submission is None:
            return redirect(self.address("check"))
        links = submission.dossier.follow_links.filter(revoked_at__isnull=True, expires_at__gt=timezone.now())
        context = {
            "schema": submission.version.schema,
            "dossier": submission.dossier,
            "email": submission.contact.given_email,
            "follow_link": links.order_by("-created_at").first(),
            "answers": self.address("answers"),
            "answers_pdf": self.address("answers_pdf"),
            "too_late": TOO_LATE in request.GET,
            "cosigning": cosigning.overview(submission),
        }
        return render(request, "forms/done.html", context)


@method_decorator(never_cache, name="dispatch")
class DraftPicture(View):
    """A picture, back to the browser that added it."""

    def get(self, request: HttpRequest, uuid: UUID) -> FileResponse:
        upload = get_object_or_404(Upload, pk=uuid, draft__in=hold.held(request, timezone.now(), Hold.OPEN))
        return picture_response(upload, small=True)


@method_decorator(never_cache, name="dispatch")
class StaffPicture(ScopedView):
    """A picture of a dossier that this member of staff may see. Looking at it in full is written down."""

    model = Upload
    permission = "dossiers.view_dossier"

    def get(self, request: HttpRequest, pk: UUID) -> FileResponse:
        upload = self.get_object()
        small = "klein" in request.GET
        if not small:
            AccessLog.objects.record(user=self.user, action="view", obj=upload, at=timezone.now())
        return picture_response(upload, small=small)


def picture_response(upload: Upload, *, small: bool) -> FileResponse:
    """Ours to the last byte, since it was re-encoded; still, no browser may take it for anything but a picture."""
    file = upload.thumbnail if small else upload.file
    response = FileResponse(file.open("rb"), content_type="image/jpeg")
    stem = upload.name.rpartition(".")[0] or upload.name
    response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(stem, safe='')}.jpg"
    response["X-Content-Type-Options"] = "nosniff"
    return response
