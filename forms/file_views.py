"""The files of a form: added and removed, back to the browser that added them, and for staff by views of their own."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from core.actors import Actor
from core.downloads import download
from core.models import AccessLog
from core.views import ScopedView
from forms import actions, hold
from forms.filling_in import files_form
from forms.hold import Hold
from forms.models import Upload
from forms.views import REMOVE_FILE, DraftView, belongs_to_sign_in, is_signed_in_for, with_addresses


class Files(DraftView):
    """Adds a file to a question, or removes one, without leaving the page: for the script that shows progress."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        key = request.POST.get("vraag", "")
        asked = files_form(self.draft, key, files=request.FILES)
        if asked is None:
            raise Http404
        number, form = asked
        now, by = timezone.now(), Actor.citizen()
        errors: list[str] = []
        if upload := request.POST.get(REMOVE_FILE):
            self.draft = actions.remove_file(draft=self.draft, key=key, upload=upload, by=by, at=now)
        else:
            form.full_clean()
            self.draft = actions.keep_files(draft=self.draft, number=number, form=form, by=by, at=now)
            errors = [*getattr(form.fields[key], "refused", ()), *map(str, form.errors.get(key, []))]
        uploads = with_addresses(request, actions.uploads_of(self.draft)).get(key, [])
        fragment = form.renderer.render("forms/widgets/file_list.html", {"uploads": uploads, "key": key})
        return JsonResponse({"list": fragment, "errors": errors})


@method_decorator(never_cache, name="dispatch")
class DraftPicture(View):
    """A picture, back to the browser that added it."""

    def get(self, request: HttpRequest, uuid: UUID) -> FileResponse:
        return picture_response(own_upload(request, uuid), small=True)


@method_decorator(never_cache, name="dispatch")
class DraftFile(View):
    """A file, back to the browser that added it, scanned or not: it came from there."""

    def get(self, request: HttpRequest, uuid: UUID) -> FileResponse:
        return file_response(own_upload(request, uuid))


@method_decorator(never_cache, name="dispatch")
class StaffPicture(ScopedView):
    """A picture of a dossier that this member of staff may see. Looking at it in full is written down."""

    model = Upload
    permission = "dossiers.view_dossier"

    def get(self, request: HttpRequest, pk: UUID) -> FileResponse:
        upload = self.get_object()
        small = "klein" in request.GET
        response = picture_response(upload, small=small)
        if not small:
            AccessLog.objects.record(user=self.user, action="view", obj=upload, at=timezone.now())
        return response


@method_decorator(never_cache, name="dispatch")
class StaffFile(ScopedView):
    """A file of a dossier that this member of staff may see, as a download. Taking it is written down."""

    model = Upload
    permission = "dossiers.view_dossier"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        upload = self.get_object()
        if not upload.is_open_to_staff:
            return render(request, "forms/file_closed.html", {"upload": upload}, status=403)
        AccessLog.objects.record(user=self.user, action="download", obj=upload, at=timezone.now())
        return file_response(upload)


def own_upload(request: HttpRequest, uuid: UUID) -> Upload:
    held = hold.held(request, timezone.now(), Hold.OPEN)
    upload = get_object_or_404(Upload.objects.select_related("draft__party"), pk=uuid, draft__in=held)
    if upload.draft and belongs_to_sign_in(upload.draft) and not is_signed_in_for(request, upload.draft):
        raise Http404
    return upload


def picture_response(upload: Upload, *, small: bool) -> FileResponse:
    """Ours to the last byte, since it was re-encoded."""
    file = upload.thumbnail if small else upload.file
    if not upload.is_picture or not file:
        raise Http404
    return download(file, name=upload.name, media_type="image/jpeg", inline=True)


def file_response(upload: Upload) -> FileResponse:
    """Never opened in the browser."""
    if not upload.file:  # a virus was found in it
        raise Http404
    return download(upload.file, name=upload.name, media_type=upload.media_type)
