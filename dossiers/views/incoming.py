"""Mails that Loket could not place by itself: /beheer/inkomend/."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.keyset import paginate
from core.models import AccessLog, User
from core.views import ScopedAction, ScopedView
from dossiers import actions
from dossiers.models import Conversation, Dossier
from integrations.inbox.actions import content_of
from integrations.models import IncomingMail

PERMISSION = "integrations.link_incomingmail"


class LinkForm(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("Number of the dossier"),
        max_length=20,
        help_text=gettext_lazy("For example MEL-2026-000123."),
        error_messages={"required": gettext_lazy("Write the number of the dossier.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_number(self) -> Dossier:
        number = self.cleaned_data["number"].strip().upper()
        dossier = Dossier.objects.visible_to(self.user).filter(number=number).first()
        if dossier is None:
            raise forms.ValidationError(_("You have no dossier with this number."))
        return dossier


class IncomingList(ScopedView):
    model = IncomingMail
    permission = PERMISSION

    def get(self, request: HttpRequest) -> HttpResponse:
        unlinked = self.get_queryset().unlinked()
        page = paginate(unlinked, order=["-received_at", "-pk"], cursor=request.GET.get("vanaf"), size=50)
        AccessLog.objects.record_all(user=self.user, action="list", objects=page.rows, at=timezone.now())
        return render(
            request,
            "dossiers/incoming_list.html",
            {
                "breadcrumbs_items": [{"url": "", "label": _("Incoming mail")}],
                "header_title": _("Incoming mail"),
                "header_icon": "mail",
                "page": page,
            },
        )


class IncomingPage(ScopedView):
    """Read it, and say which dossier it is about."""

    model = IncomingMail
    permission = PERMISSION

    def get_queryset(self) -> Any:
        return super().get_queryset().unlinked()

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(self.get_object(), LinkForm(user=self.user))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        incoming: IncomingMail = self.get_object()
        form = LinkForm(request.POST, user=self.user)
        if not form.is_valid():
            return self.show(incoming, form, status=422)
        dossier: Dossier = form.cleaned_data["number"]
        try:
            actions.link_mail(incoming=incoming, dossier=dossier, at=timezone.now())
        except actions.NotLinkable:
            messages.warning(request, _("A colleague was first: this mail is handled."))
            return redirect("incoming:list")
        messages.success(request, _("The mail is with dossier %(number)s.") % {"number": dossier.number})
        return redirect("incoming:list")

    def busy(self, incoming: IncomingMail) -> User | None:
        """The colleague who handles it as a contact, and has not finished."""
        begun = Conversation.objects.open().filter(mail=incoming).exclude(user=self.user).select_related("user").first()
        return begun.user if begun else None

    def show(self, incoming: IncomingMail, form: LinkForm, *, status: int = 200) -> HttpResponse:
        AccessLog.objects.record(user=self.user, action="view", obj=incoming, at=timezone.now())
        return render(
            self.request,
            "dossiers/incoming.html",
            {
                "breadcrumbs_items": [
                    {"url": reverse("incoming:list"), "label": _("Incoming mail")},
                    {"url": "", "label": str(incoming)},
                ],
                "header_title": str(incoming),
                "header_icon": "mail",
                "incoming": incoming,
                "text": content_of(incoming).text,
                "form": form,
                "busy": self.busy(incoming),
            },
            status=status,
        )


class SetAside(ScopedAction):
    model = IncomingMail
    permission = PERMISSION

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        incoming: IncomingMail = self.get_object()
        try:
            actions.set_mail_aside(incoming=incoming, at=timezone.now())
        except actions.NotLinkable:
            messages.warning(request, _("A colleague was first: this mail is handled."))
        else:
            AccessLog.objects.record(user=self.user, action="set aside", obj=incoming, at=timezone.now())
            messages.success(request, _("The mail is set aside."))
        return redirect("incoming:list")
