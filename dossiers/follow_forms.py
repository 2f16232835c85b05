"""What a citizen fills in on the follow page."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from core.forms import LoketFormMixin
from dossiers.actions.messages import MOST_CHARACTERS
from dossiers.models.contact import ReplyBy
from parties.contact_values import mobile_phone


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


class ByTextForm(LoketFormMixin, forms.Form):
    """Nothing but its button."""

    summary_in_form = False


class ContactDataForm(LoketFormMixin, forms.Form):
    """An e-mail address can be changed, not taken away. Who has none keeps a mobile number: it opens this page."""

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

    def __init__(self, *args: Any, has_email: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_email = has_email
        self.fields["email"].required = has_email

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"].strip()
        if phone and not 8 <= sum(sign.isdigit() for sign in phone) <= 15:
            raise forms.ValidationError(_("Fill in a phone number like 0470 12 34 56."))
        return phone

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("reply_by") == ReplyBy.SMS and not data.get("phone"):
            self.add_error("phone", _("Fill in a mobile number: you want text messages."))
        elif not self.has_email and "phone" in data and not mobile_phone(data["phone"]):
            self.add_error("phone", _("Fill in a mobile number: we have no e-mail address of you."))
        return data


class AskLinkForm(LoketFormMixin, forms.Form):
    """``by_text``: the town sends text messages, so a mobile number will do as well."""

    summary_in_form = False
    to = forms.CharField(label=_("Your e-mail address"), max_length=254)

    def __init__(self, *args: Any, by_text: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_text = by_text
        self.mobile = ""
        field = self.fields["to"]
        field.widget.attrs["autocomplete"] = "email"
        if by_text:
            field.label = _("Your e-mail address or mobile number")
            field.help_text = _("What you gave us with your request.")
            self.neither = _("Fill in an e-mail address like name@example.be, or a mobile number like 0470 12 34 56.")
            field.error_messages["required"] = _("Fill in your e-mail address or your mobile number.")
        else:
            field.widget.input_type = "email"
            self.neither = _("Fill in an e-mail address like name@example.be.")
            field.help_text = _("The address that you gave us with your request.")

    def clean_to(self) -> str:
        to: str = self.cleaned_data["to"].strip()
        if self.by_text and "@" not in to:
            self.mobile = mobile_phone(to)
            if not self.mobile:
                raise forms.ValidationError(self.neither)
            return to
        try:
            validate_email(to)
        except forms.ValidationError:
            raise forms.ValidationError(self.neither) from None
        return to
