"""Filling in a form, page by page, without needing JavaScript. Staff see pictures through a view of their own."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views import View
from django.views.decorators.cache import never_cache

from core.actors import Actor
from core.models import AccessLog
from core.views import ScopedView
from forms import actions
from forms.filling_in import as_asked, first_incomplete, step_context, step_form
from forms.models import FormDefinition, FormDraft, Submission, Upload
from forms.roles import Role

SESSION_KEY = "forms"
KEPT_IN_SESSION = 20
"""Forms in progress that one browser may have; older ones cannot be gone on with."""
BACK_TO_CHECK = "controle"


@method_decorator(never_cache, name="dispatch")
class Start(View):
    """The first page: what is this form, and a button to start."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        definition = get_object_or_404(FormDefinition, slug=slug)
        version = definition.current_version
        if version is None:
            return render(request, "forms/unavailable.html", {"definition": definition}, status=410)
        return render(request, "forms/start.html", {"schema": version.schema})

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        definition = get_object_or_404(FormDefinition, slug=slug)
        version = definition.current_version
        if version is None:
            return render(request, "forms/unavailable.html", {"definition": definition}, status=410)
        draft = actions.start(version=version, role=Role.CITIZEN, by=Actor.citizen(), at=timezone.now())
        own = request.session.get(SESSION_KEY, [])
        request.session[SESSION_KEY] = [*own, str(draft.pk)][-KEPT_IN_SESSION:]
        return redirect("forms:step", slug, draft.pk, 1)


@method_decorator(never_cache, name="dispatch")
class DraftView(View):
    """A page of a form in progress: only for the browser that started it; anyone else reads how to start anew."""

    slug: str
    uuid: UUID
    is_for_sent = False
    """Whether this page is what a form that was sent still shows."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.slug, self.uuid = kwargs["slug"], kwargs["uuid"]
        self.is_own = str(self.uuid) in request.session.get(SESSION_KEY, [])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.is_own:
            return render(request, "forms/lost.html", {"slug": self.slug}, status=404)
        if self.draft.submitted_at and not self.is_for_sent:
            return redirect(self.address("done"))  # the back button after sending, or a second click
        try:
            return super().dispatch(request, *args, **kwargs)
        except actions.AlreadySubmitted:
            return redirect(self.address("done"))

    @cached_property
    def draft(self) -> FormDraft:
        return get_object_or_404(FormDraft.objects.select_related("version"), pk=self.uuid)

    @property
    def schema(self) -> dict[str, Any]:
        return self.draft.version.schema

    def address(self, page: str, *args: int) -> str:
        return reverse(f"forms:{page}", args=[self.slug, self.uuid, *args])


class Step(DraftView):
    """One step: its questions, and on to the next."""

    def get(self, request: HttpRequest, number: int, **kwargs: Any) -> HttpResponse:
        uploads = actions.uploads_of(self.draft)
        form = step_form(
            self.schema, self.existing(number), self.draft.role, answers=self.draft.answers, uploads=uploads
        )
        return self.page(number, form, uploads)

    def post(self, request: HttpRequest, number: int, **kwargs: Any) -> HttpResponse:
        self.existing(number)
        now = timezone.now()
        by = Actor.citizen()
        if key := request.POST.get("verwijder"):
            self.draft = actions.remove_picture(draft=self.draft, key=key, by=by, at=now)
            uploads = actions.uploads_of(self.draft)
            typed = step_form(self.schema, number, self.draft.role, answers=self.draft.answers, uploads=uploads)
            typed.initial = {
                **typed.initial,
                **{name: request.POST[name] for name in typed.fields if name in request.POST},
            }
            return self.page(number, typed, uploads)
        form = step_form(
            self.schema,
            number,
            self.draft.role,
            uploads=actions.uploads_of(self.draft),
            data=request.POST,
            files=request.FILES,
        )
        valid = form.is_valid()
        if request.FILES:
            self.draft = actions.keep_pictures(draft=self.draft, number=number, form=form, by=by, at=now)
        if not valid:
            return self.page(number, form, actions.uploads_of(self.draft))
        actions.keep_answers(draft=self.draft, number=number, form=form, by=by, at=now)
        if self.returns_to_check or number == len(self.schema["steps"]):
            return redirect(self.address("check"))
        return redirect(self.address("step", number + 1))

    def existing(self, number: int) -> int:
        if not 1 <= number <= len(self.schema["steps"]):
            raise Http404
        return number

    @property
    def returns_to_check(self) -> bool:
        return self.request.GET.get("terug") == BACK_TO_CHECK

    def page(self, number: int, form: Any, uploads: dict[str, Upload]) -> HttpResponse:
        if self.returns_to_check:
            back = self.address("check")
        elif number > 1:
            back = self.address("step", number - 1)
        else:
            back = reverse("forms:start", args=[self.slug])
        context = step_context(self.schema, number, form, uploads)
        return render(self.request, "forms/step.html", {**context, "back": back})


class Check(DraftView):
    """Every answer once more, each with a way to change it; from here the form is sent."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        uploads = actions.uploads_of(self.draft)
        incomplete = first_incomplete(self.schema, self.draft.role, self.draft.answers, uploads)
        if incomplete:
            return redirect(self.address("step", incomplete))
        steps = as_asked(self.schema, self.draft.role, self.draft.answers)
        for number, step in enumerate(steps, start=1):
            step["change"] = f"{self.address('step', number)}?terug={BACK_TO_CHECK}"
            for answer in step["answers"]:
                answer["upload"] = uploads.get(answer["key"])
        context = {"schema": self.schema, "steps": steps, "back": self.address("step", len(steps))}
        return render(request, "forms/check.html", context)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            actions.submit(draft=self.draft, by=Actor.citizen(), at=timezone.now())
        except actions.Incomplete as incomplete:
            return redirect(self.address("step", incomplete.step))
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
        }
        return render(request, "forms/done.html", context)


@method_decorator(never_cache, name="dispatch")
class DraftPicture(View):
    """A picture, back to the browser that added it."""

    def get(self, request: HttpRequest, uuid: UUID) -> FileResponse:
        upload = get_object_or_404(Upload, pk=uuid, draft__in=request.session.get(SESSION_KEY, []))
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
