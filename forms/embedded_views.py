"""The pages of a form inside a frame on another website: the same pages, without cookies."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from csp.constants import SELF
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from forms import answers_views, cosign_views, file_views, resume_views, views
from forms.embedding import Frame
from forms.hold import Hold
from forms.models import FormDefinition, FormDraft, Upload


class Embedded(View):
    """A page that the websites on the list may show in a frame.

    That a form is posted by our own page is proven by the token in the address, which nobody else knows, and by the
    Origin that every browser sends along.
    """

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        request.frame = Frame(kwargs["slug"], kwargs.get("uuid"))
        request.COOKIES = {}  # a browser that does send them, must see the same
        super().setup(request, *args, **kwargs)

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.method == "POST" and not is_from_our_page(request):
            response: Any = render(request, "cms/csrf_failure.html", status=403)
        else:
            response = super().dispatch(request, *args, **kwargs)
        return allow_frame(response, request.frame)


def is_from_our_page(request: HttpRequest) -> bool:
    base = urlsplit(settings.BASE_URL)
    own = {f"{request.scheme}://{request.get_host()}", f"{base.scheme}://{base.netloc}"}
    return request.headers.get("Origin") in own


def allow_frame(response: Any, frame: Frame) -> Any:
    """Only here, and only for the websites on the list; everywhere else nobody but we may put a page in a frame."""
    response._csp_replace = {"frame-ancestors": [SELF, *frame.origins]}
    response.xframe_options_exempt = True  # that header knows no list
    return response


class Start(Embedded, views.Start):
    """Where the frame begins. Whoever began goes on when the editor stops allowing it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        get_object_or_404(FormDefinition, slug=kwargs["slug"], embedding_allowed=True)
        return super().dispatch(request, *args, **kwargs)

    def begin(self, request: HttpRequest, draft: FormDraft, at: datetime) -> HttpResponse:
        """The address of the next page holds the form."""
        return redirect(views.first_page(request, draft))


class EmbeddedDraft(Embedded, views.DraftView):
    def held(self, request: HttpRequest) -> Hold:
        """Whether the token was good, and stands for a draft of this form."""
        drafts = FormDraft.objects.filter(pk=self.uuid, version__definition__slug=self.slug)
        return Hold.OPEN if drafts.exists() else Hold.NONE

    def hold_on(self, response: HttpResponse) -> None:
        """Every address on the page does."""

    @property
    def keeping(self) -> dict[str, Any]:
        return {"until": self.draft.kept_until, "save": self.address("save")}


class Step(EmbeddedDraft, views.Step):
    pass


class Check(EmbeddedDraft, views.Check):
    pass


class Done(EmbeddedDraft, views.Done):
    pass


class Save(EmbeddedDraft, resume_views.Save):
    pass


class Saved(EmbeddedDraft, resume_views.Saved):
    pass


class Answers(EmbeddedDraft, answers_views.Answers):
    pass


class AnswersPdf(EmbeddedDraft, answers_views.AnswersPdf):
    pass


class OnBehalfOf(EmbeddedDraft, views.OnBehalfOf):
    pass


class Cosigners(EmbeddedDraft, cosign_views.Cosigners):
    pass


class Files(EmbeddedDraft, file_views.Files):
    pass


@method_decorator(never_cache, name="dispatch")
class File(Embedded):
    """A file, back to the frame in which it was added."""

    def get(self, request: HttpRequest, slug: str, uuid: UUID | None, upload: UUID) -> HttpResponseBase:
        return file_views.file_response(get_object_or_404(Upload, pk=upload, draft=uuid))


@method_decorator(never_cache, name="dispatch")
class Picture(Embedded):
    def get(self, request: HttpRequest, slug: str, uuid: UUID | None, upload: UUID) -> HttpResponseBase:
        return file_views.picture_response(get_object_or_404(Upload, pk=upload, draft=uuid), small=True)


def embedded(view: Any) -> Any:
    return csrf_exempt(view.as_view())
