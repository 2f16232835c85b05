"""Does the SMS provider work? A test message, through the same outbox as every other."""

import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.views import ScopedView
from integrations.actions import queue
from integrations.connectors.sms import E164
from integrations.models import SmsGateway


class TestMessageForm(forms.Form):
    to = forms.CharField(
        label=gettext_lazy("Mobile number"),
        max_length=16,
        validators=[RegexValidator(E164, gettext_lazy("Write the number with its country, such as +32470123456."))],
        help_text=gettext_lazy("With its country, such as +32470123456."),
        error_messages={"required": gettext_lazy("Write the number that must get the test message.")},
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )


class TestMessage(ScopedView):
    model = SmsGateway
    permission = "integrations.change_smsgateway"

    def get_queryset(self) -> Any:
        return SmsGateway.objects.all()  # configuration: who may change it sees all of it

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(TestMessageForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        gateway: SmsGateway = self.get_object()
        form = TestMessageForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        delivery = queue(
            connector="sms",
            kind="test",
            key=f"sms-test-{uuid.uuid4()}",
            payload={
                "to": form.cleaned_data["to"],
                "text": _("This is a test message of %(municipality)s.") % {"municipality": settings.MUNICIPALITY},
                "gateway": gateway.pk,
            },
            expires_at=timezone.now() + timedelta(hours=1),
            at=timezone.now(),
        )
        messages.success(request, _("The test message leaves in a moment. This page says how far it got."))
        return redirect(delivery if self.user.has_perm("integrations.view_delivery") else "wagtailadmin_home")

    def show(self, form: TestMessageForm, *, status: int = 200) -> HttpResponse:
        gateway: SmsGateway = self.get_object()
        title = _("Send a test message through %(name)s") % {"name": gateway}
        return render(
            self.request,
            "integrations/test_message.html",
            {
                "breadcrumbs_items": [{"url": "", "label": title}],
                "header_title": title,
                "header_icon": "mobile-alt",
                "form": form,
            },
            status=status,
        )
