"""What a citizen can do from the follow page: one thing on each page. A GET changes nothing.

Only who holds a link that went to the citizen of the dossier may act.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from core.actors import Actor
from core.documents import KINDS, MEGABYTE, BadFile
from core.downloads import download
from core.uploads import bounded_uploads
from dossiers import actions
from dossiers.actions.documents import MOST_MEGABYTES
from dossiers.actions.notifying import first_contact
from dossiers.follow_forms import ByTextForm, ContactDataForm, MessageForm, WithdrawForm
from dossiers.milestones import Milestone
from dossiers.models import AddressChange, Contact, Document, Dossier
from dossiers.signed_in import link_of
from dossiers.views.follow import offers_text, unknown
from dossiers.views.my_dossiers import TOO_MANY
from integrations.received import MOST_IN_ALL, ReceivedFile, receive
from integrations.scanning import QuickScan
from parties.contact_values import mobile_phone

FILES_AT_ONCE = 20


def received_files(uploaded: list[Any]) -> tuple[list[ReceivedFile], list[str]]:
    """Each file looked at by its content, and what is wrong with those that are not taken."""
    quick_scan, good, wrong = QuickScan(), [], []
    for file in uploaded[:FILES_AT_ONCE]:
        try:
            good.append(receive(file, allowed=list(KINDS.values()), megabytes=MOST_MEGABYTES, quick_scan=quick_scan))
        except BadFile as bad:
            wrong.append(f"{file.name}: {bad}")
    if len(uploaded) > FILES_AT_ONCE:
        wrong.append(_("Add at most %(most)s files at once.") % {"most": FILES_AT_ONCE})
    return good, wrong


@method_decorator(never_cache, name="dispatch")
class CitizenPage(View):
    """A page behind a follow link of the citizen; any other link leads to the status only."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.now = timezone.now()
        link = link_of(request, kwargs["token"], self.now)
        response: HttpResponseBase
        if link is None:
            response = unknown(request)
        elif not link.goes_to_the_citizen:
            response = redirect(link)
        else:
            self.link = link
            response = super().dispatch(request, *args, **kwargs)
        # The address itself is the key, so no other site may see it. Not "no-referrer": then a form would be posted
        # without an origin, and refused.
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    @cached_property
    def dossier(self) -> Dossier:
        return Dossier.objects.for_list().get(pk=self.link.dossier_id)

    def page(self, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
        context |= {"dossier": self.dossier, "link": self.link}
        return render(self.request, f"dossiers/follow/{template}.html", context, status=status)

    def done(self, said: str) -> HttpResponse:
        messages.success(self.request, said)
        return redirect(self.link)


class WriteMessage(CitizenPage):
    """Write to us, answer, send what was asked. Good files are kept when something else is wrong."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.form_page(MessageForm.empty())

    def form_page(self, form: MessageForm, *, status: int = 200) -> HttpResponse:
        form_token = form.token_said or form.initial.get("token")
        is_waiting = self.dossier.status.milestone == Milestone.WAITING_FOR_CITIZEN
        asked = actions.what_we_asked(self.dossier)
        unsent = self.dossier.documents.filter(form_token=form_token)
        return self.page("message", form=form, is_waiting=is_waiting, asked=asked, unsent=unsent, status=status)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        form = MessageForm(request.POST, request.FILES)
        by: dict[str, Any] = {"dossier": self.dossier, "by": Actor.citizen(), "at": self.now}
        if form.token_said is None:
            form = MessageForm(request.POST.copy() | {"token": str(MessageForm.empty().initial["token"])})
            form.add_error(None, _("Something went wrong. Look at your message and send it again."))
            return self.form_page(form, status=422)
        if removed := request.POST.get("verwijder"):
            try:
                actions.remove_unsent(**by, form_token=form.token_said, document=UUID(removed))
            except ValueError:
                raise Http404 from None
            kept = {"token": form.token_said, "text": request.POST.get("text", "")}
            return self.form_page(MessageForm(initial=kept))
        good, wrong = received_files(request.FILES.getlist("uploads"))
        wrong += actions.keep_unsent(**by, form_token=form.token_said, files=good)
        for message in wrong:
            form.add_error("uploads", message)
        if not form.is_valid():
            return self.form_page(form, status=422)
        try:
            actions.send_message(**by, text=form.cleaned_data["text"], token=form.token_said)
        except actions.StepRefused as refused:
            form.add_error("text", str(refused))
            return self.form_page(form, status=422)
        return self.done(_("We have your message. We answer here, and send you word of it."))


class Withdraw(CitizenPage):
    """Says what follows, asks why, and only then does it."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        if actions.withdrawal(self.dossier) is None:
            return redirect(self.link)
        return self.page("withdraw", form=WithdrawForm())

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        form = WithdrawForm(request.POST)
        if not form.is_valid():
            return self.page("withdraw", form=form, status=422)
        try:
            actions.withdraw_request(
                dossier=self.dossier, reason=form.cleaned_data["reason"], by=Actor.citizen(), at=self.now
            )
        except actions.StepRefused as refused:
            form.add_error(None, str(refused))
            return self.page("withdraw", form=form, status=422)
        return self.done(_("Your request is withdrawn."))


class ContactData(CitizenPage):
    """Phone at once; another e-mail address after its owner confirmed it."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        given = {name: getattr(self.contact, f"given_{name}") for name in ("email", "phone")}
        given["reply_by"] = self.contact.reply_by
        return self.page("contact_data", form=ContactDataForm(initial=given, has_email=bool(self.contact.given_email)))

    @cached_property
    def contact(self) -> Contact:
        contact = first_contact(self.dossier)
        if contact is None:
            raise Http404
        return contact

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        form = ContactDataForm(request.POST, has_email=bool(self.contact.given_email))
        if not form.is_valid():
            return self.page("contact_data", form=form, status=422)
        try:
            change = actions.change_contact_data(
                dossier=self.dossier, **form.cleaned_data, by=Actor.citizen(), at=self.now
            )
        except actions.StepRefused as refused:
            form.add_error("email", str(refused))
            return self.page("contact_data", form=form, status=422)
        if change:
            return self.done(
                _("We sent a mail to %(email)s. Open the link in it within 24 hours to confirm the address.")
                % {"email": change.email}
            )
        if self.link.phone and mobile_phone(form.cleaned_data["phone"]) != self.link.phone:
            return self.done(_("We have your new number. Ask a link on that number to go on."))
        return self.done(_("Your contact data are saved."))


@method_decorator(never_cache, name="dispatch")
class AskByText(View):
    """Who follows by the link of a text message or a letter asks for a link by text message, with which one may act."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        link = link_of(request, kwargs["token"], timezone.now())
        response: HttpResponseBase
        if link is None:
            response = unknown(request)
        elif not offers_text(link):
            response = redirect(link)
        else:
            self.link = link
            response = super().dispatch(request, *args, **kwargs)
        response["Referrer-Policy"] = "same-origin"  # as for CitizenPage
        response["X-Robots-Tag"] = "noindex"
        return response

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.page(ByTextForm())

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        form = ByTextForm(request.POST)
        network = request.META.get("REMOTE_ADDR", "")
        try:
            actions.ask_link_for(dossier=self.link.dossier, network=network, at=timezone.now())
        except actions.TooManyAsked:
            form.add_error(None, TOO_MANY)
            return self.page(form, status=429)
        return redirect("my_dossiers_texted")

    def page(self, form: ByTextForm, *, status: int = 200) -> HttpResponse:
        context = {"link": self.link, "dossier": self.link.dossier, "form": form}
        return render(self.request, "dossiers/follow/by_text.html", context, status=status)


class Muting(CitizenPage):
    """No messages about this request any more, or again."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.page("muting")

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        by: dict[str, Any] = {"dossier": self.dossier, "by": Actor.citizen(), "at": self.now}
        if "weer" in request.POST:
            actions.unmute(**by)
            return self.done(_("You get our messages again."))
        actions.mute(**by)
        return self.done(_("You get no more messages about this request, except when we ask or decide something."))


class CitizenDocument(CitizenPage):
    """A file that the citizen sent, or that we sent along with a message."""

    def get(self, request: HttpRequest, token: str, document: UUID) -> HttpResponseBase:
        shown = get_object_or_404(Document.objects.for_citizen(), dossier=self.link.dossier_id, pk=document)
        if not shown.is_open_to_citizen:
            raise Http404
        return download(shown.file, name=shown.name, media_type=shown.media_type)


@method_decorator(never_cache, name="dispatch")
class ConfirmAddress(View):
    """Where the mail to a new address leads. Programs that open links change nothing: a person clicks."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        change = AddressChange.objects.unused(token, timezone.now()).select_related("dossier").first()
        if change is None:
            return unknown(request)
        return render(request, "dossiers/follow/confirm_address.html", {"change": change})

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        link = actions.confirm_address(token=token, by=Actor.citizen(), at=timezone.now())
        if link is None:
            return unknown(request)
        messages.success(request, _("From now on we write to this address about your request."))
        return redirect(link)


takes_files = bounded_uploads(per_file=MOST_MEGABYTES * MEGABYTE, in_all=MOST_IN_ALL)
