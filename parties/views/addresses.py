"""Where somebody lives, has its seat, or wants post."""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from parties import actions
from parties.actions.addresses import FIELDS
from parties.forms import AddressForm, ReasonForm
from parties.views.changing import PartyFormView


class AddAddress(PartyFormView):
    form_class = AddressForm
    title = gettext_lazy("Add an address")
    template = "parties/address_form.html"
    fragment = "adressen"

    def initial(self) -> dict[str, Any]:
        return {"since": timezone.localdate()}

    def form_options(self) -> dict[str, Any]:
        return {"is_person": self.party.is_person, "is_new": True}

    def act(self, form: AddressForm, by: Actor, at: datetime) -> str:
        actions.add_address(
            party=self.party, expected_version=form.cleaned_data["version"], given=form.cleaned_data, by=by, at=at
        )
        return _("Saved.")


class OfAddress(PartyFormView):
    fragment = "adressen"

    def items(self) -> "models.QuerySet[Any]":
        return self.party.addresses.all()

    def explanation(self) -> dict[str, Any]:
        return {"kicker": str(self.item)}


class CorrectAddress(OfAddress):
    form_class = AddressForm
    title = gettext_lazy("Change the address")

    def initial(self) -> dict[str, Any]:
        return {field: getattr(self.item, field) for field in FIELDS}

    def form_options(self) -> dict[str, Any]:
        return {"is_person": self.party.is_person, "is_new": False}

    def more(self) -> list[dict[str, Any]]:
        return [self.also("remove_address", _("Was this never right? Remove it"))]

    def act(self, form: AddressForm, by: Actor, at: datetime) -> str:
        actions.correct_address(
            address=self.item,
            expected_version=form.cleaned_data["version"],
            given={field: form.cleaned_data[field] for field in FIELDS},
            reason=form.cleaned_data["reason"],
            by=by,
            at=at,
        )
        return _("Saved.")


class RemoveAddress(OfAddress):
    form_class = ReasonForm
    title = gettext_lazy("Remove the address")
    button = gettext_lazy("Remove")

    def act(self, form: ReasonForm, by: Actor, at: datetime) -> str:
        actions.remove_address(
            address=self.item,
            expected_version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            by=by,
            at=at,
        )
        return _("Removed.")
