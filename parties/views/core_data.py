"""Who somebody is, whether we are sure of it, and what colleagues must know."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from parties import actions
from parties.forms import CoreDataForm, PartyNoteForm, VerifyForm
from parties.models import PartyNote, Verification
from parties.views.changing import PartyAction, PartyFormView

FIELDS = ("kind", "name", "birth_date", "language", "preference", "ended_on")


class ChangeCoreData(PartyFormView):
    form_class = CoreDataForm
    title = gettext_lazy("Change the data")

    def initial(self) -> dict[str, Any]:
        return {field: getattr(self.party, field) for field in FIELDS}

    def form_options(self) -> dict[str, Any]:
        return {"known_language": self.party.language}

    def act(self, form: CoreDataForm, by: Actor, at: datetime) -> str:
        given = {field: form.cleaned_data[field] for field in FIELDS}
        actions.change_core_data(
            party=self.party,
            expected_version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            by=by,
            at=at,
            **given,
        )
        return _("Saved.")


class VerifyIdentity(PartyFormView):
    form_class = VerifyForm
    title = gettext_lazy("The identity was checked")
    template = "parties/verify_identity.html"
    fragment = "identiteit"

    def initial(self) -> dict[str, Any]:
        return {"how": Verification.How.DOCUMENT if self.party.is_person else Verification.How.REGISTER}

    def act(self, form: VerifyForm, by: Actor, at: datetime) -> str:
        actions.verify_identity(
            party=self.party,
            expected_version=form.cleaned_data["version"],
            how=Verification.How(form.cleaned_data["how"]),
            by=by,
            at=at,
        )
        return _("Kept, with your name and the hour.")


class WriteNote(PartyFormView):
    """From the box on the page; what was too long comes back on a page of its own."""

    form_class = PartyNoteForm
    title = gettext_lazy("Write a note")
    fragment = "notities"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = PartyNoteForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        actions.write_note(
            party=self.party, text=form.cleaned_data["text"], by=Actor.staff(self.user), at=timezone.now()
        )
        messages.success(request, _("The note is kept."))
        return self.back()


class RemoveNote(PartyAction):
    fragment = "notities"

    def act(self, by: Actor, at: datetime) -> str:
        note = get_object_or_404(PartyNote.objects.filter(party=self.party), pk=self.kwargs["item"])
        actions.remove_note(note=note, by=by, at=at)
        return _("The note is removed.")
