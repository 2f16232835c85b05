"""What a citizen fills in on the follow page."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import LoketFormMixin
from dossiers.actions.messages import MOST_CHARACTERS
from dossiers.models.contact import ReplyBy


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class MessageForm(LoketFormMixin, forms.Form):
    """``token`` makes that sent twice is sent once, and keeps the files that were added while writing."""

    summary_in_form = False
    text = forms.CharField(
        label=_("Your message"),
        max_length=MOST_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    uploads = forms.Field(
        label=_("Add files"),
        required=False,
        help_text=_("PDF, Word, Excel, text or photos. At most 25 MB each."),
        widget=SeveralFiles(attrs={"multiple": True}),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    mark_optional = False

    @classmethod
    def empty(cls) -> "MessageForm":
        return cls(initial={"token": uuid4()})

    @property
    def token_said(self) -> UUID | None:
        try:
            return UUID(str(self.data.get("token", "")))
        except ValueError:
            return None


class WithdrawForm(LoketFormMixin, forms.Form):
    summary_in_form = False
    reason = forms.CharField(
        label=_("Why do you withdraw it?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ContactDataForm(LoketFormMixin, forms.Form):
    summary_in_form = False
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Another address gets a mail first, with a link to confirm it."),
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )

    reply_by = forms.ChoiceField(
        label=_("How do you want to hear from us?"),
        choices=[("", _("You choose: by e-mail if possible")), *ReplyBy.choices],
        required=False,
        widget=forms.RadioSelect,
    )

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"].strip()
        if phone and not 8 <= sum(sign.isdigit() for sign in phone) <= 15:
            raise forms.ValidationError(_("Fill in a phone number like 0470 12 34 56."))
        return phone

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("reply_by") == ReplyBy.SMS and not data.get("phone"):
            self.add_error("phone", _("Fill in a mobile number: you want text messages."))
        return data


class AskLinkForm(LoketFormMixin, forms.Form):
    summary_in_form = False
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("The address that you gave us with your request."),
    )
