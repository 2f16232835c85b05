"""Messages and documents on the page of a dossier."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from core.actors import Actor
from core.downloads import download
from core.models import AccessLog
from core.views import ScopedView
from dossiers import actions
from dossiers.forms import AnswerForm, DocumentForm
from dossiers.models import Contact, Document
from dossiers.views.dossier import DossierAction
from dossiers.views.dossier_form import DossierFormView
from dossiers.views.follow_actions import received_files
from dossiers.views.scope import HANDLE, DossierView
from integrations.inbox.actions import whole_text_of
from integrations.received import ReceivedFile


class AnswerMessage(DossierFormView):
    """The form stands on the page of the dossier; here only when something is not right."""

    form_class = AnswerForm
    title = gettext_lazy("Write to the citizen")
    button = gettext_lazy("Send to the citizen")
    fragment = "berichten"

    def act(self, form: forms.Form, by: Actor, at: datetime) -> str:
        actions.answer_message(
            dossier=self.dossier,
            text=form.cleaned_data["text"],
            files=taken(self.request),
            token=form.cleaned_data["token"],
            by=by,
            at=at,
        )
        return _("Your message stands on the page of the citizen, and goes by e-mail when we have an address.")


class ReadMessages(DossierAction):
    def act(self, dossier: Any, by: Actor, at: datetime) -> str:
        actions.read_messages(dossier=dossier, by=by, at=at)
        return _("The messages are marked as read.")


@method_decorator(never_cache, name="dispatch")
class WholeMail(ScopedView):
    """A mail of the conversation as it came in, with what it quotes. Reading it is written down."""

    model = Contact
    permission = "dossiers.view_dossier"

    def get(self, request: HttpRequest, pk: int, contact: int) -> HttpResponse:
        with_mail = self.get_queryset().exclude(mail=None).select_related("mail", "dossier")
        shown = get_object_or_404(with_mail, pk=contact, dossier=pk)
        incoming = shown.mail
        AccessLog.objects.record(user=self.user, action="view", obj=incoming, at=timezone.now())
        context = {
            "breadcrumbs_items": [
                {"url": reverse("dossiers:list"), "label": _("Dossiers")},
                {"url": shown.dossier.get_absolute_url(), "label": shown.dossier.number},
                {"url": "", "label": str(incoming)},
            ],
            "header_title": str(incoming),
            "header_icon": "mail",
            "dossier": shown.dossier,
            "contact": shown,
            "incoming": incoming,
            "text": whole_text_of(incoming),
        }
        return render(request, "dossiers/mail.html", context)


class AddDocument(DossierFormView):
    """A document of ours, or a new version of one."""

    form_class = DocumentForm
    title = gettext_lazy("Add a document")
    button = gettext_lazy("Add")
    fragment = "documenten"

    @cached_property
    def earlier(self) -> Document | None:
        if "document" not in self.kwargs:
            return None
        earlier: Document = get_object_or_404(Document.objects.sent(), dossier=self.dossier, pk=self.kwargs["document"])
        return earlier

    def heading(self) -> str:
        return _("New version of %(name)s") % {"name": self.earlier} if self.earlier else str(self.title)

    def initial(self) -> dict[str, Any]:
        return {"confidential": self.earlier.confidential} if self.earlier else {}

    def act(self, form: forms.Form, by: Actor, at: datetime) -> str:
        files = taken(self.request)
        if not files:
            raise actions.StepRefused(_("Choose a file."))
        document = actions.add_document(
            dossier=self.dossier,
            file=files[0],
            confidential=form.cleaned_data["confidential"],
            replaces=self.earlier,
            by=by,
            at=at,
        )
        return _("Added: %(name)s") % {"name": document}


def taken(request: HttpRequest) -> list[ReceivedFile]:
    """The files that were sent along, looked at. Raises StepRefused when one of them is not right: nothing is sent."""
    good, wrong = received_files(request.FILES.getlist("uploads"))
    if wrong:
        raise actions.StepRefused(" ".join(wrong))
    return good


class DocumentView(DossierView):
    model = Document
    permission = "dossiers.view_dossier"

    @property
    def document(self) -> Document:
        found: Document = get_object_or_404(self.get_queryset(), pk=self.kwargs["document"], dossier=self.kwargs["pk"])
        return found


class SetConfidential(DocumentView):
    permission = HANDLE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, document: UUID) -> HttpResponse:
        changed = self.document
        confidential = "vertrouwelijk" in request.POST
        try:
            actions.set_confidential(
                document=changed, confidential=confidential, by=Actor.staff(self.user), at=timezone.now()
            )
        except actions.StepRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(
                request, _("The citizen cannot see it.") if confidential else _("It is not confidential any more.")
            )
        return redirect(f"{changed.dossier.get_absolute_url()}#documenten")


@method_decorator(never_cache, name="dispatch")
class DownloadDocument(DocumentView):
    """As a download, for who may see the dossier. Taking it is written down."""

    def get(self, request: HttpRequest, pk: int, document: UUID) -> HttpResponseBase:
        taken_out = self.document
        if "klein" in request.GET:
            if not taken_out.thumbnail:
                raise Http404
            return download(taken_out.thumbnail, name=taken_out.name, media_type="image/jpeg", inline=True)
        if not taken_out.is_open_to_staff:
            return render(request, "dossiers/document_closed.html", {"document": taken_out}, status=403)
        AccessLog.objects.record(user=self.user, action="download", obj=taken_out, at=timezone.now())
        return download(taken_out.file, name=taken_out.name, media_type=taken_out.media_type)
