"""Official numbers, and a national number shown in full to who may see it."""

from datetime import datetime
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from parties import actions
from parties.forms import NumberForm, ReasonForm, RevealForm, VerifyForm
from parties.models import Identifier
from parties.numbers import Scheme
from parties.views.changing import PartyFormView
from parties.views.party import missing


class AddNumber(PartyFormView):
    form_class = NumberForm
    title = gettext_lazy("Add an official number")
    fragment = "nummers"

    def form_options(self) -> dict[str, Any]:
        schemes = [Scheme(each) for each in missing(self.party, list(self.party.identifiers.all()))]
        return {"schemes": schemes, "is_new": True}

    def act(self, form: NumberForm, by: Actor, at: datetime) -> str:
        actions.add_number(
            party=self.party,
            expected_version=form.cleaned_data["version"],
            number=form.official,
            legal_basis=form.cleaned_data.get("legal_basis", ""),
            verified_how=form.cleaned_data["verified_how"],
            by=by,
            at=at,
        )
        return _("Saved.")


class OfNumber(PartyFormView):
    fragment = "nummers"

    def items(self) -> "models.QuerySet[Any]":
        return self.party.identifiers.all()

    def explanation(self) -> dict[str, Any]:
        return {"kicker": f"{self.item.get_scheme_display()}: {self.item}"}


class CorrectNumber(OfNumber):
    """The box of a national number starts empty: it is typed anew, never shown."""

    form_class = NumberForm
    title = gettext_lazy("Correct the number")

    def initial(self) -> dict[str, Any]:
        identifier: Identifier = self.item
        shown = "" if identifier.scheme == Scheme.NATIONAL_NUMBER else str(identifier)
        return {"number": shown, "legal_basis": identifier.legal_basis}

    def form_options(self) -> dict[str, Any]:
        return {"schemes": [Scheme(self.item.scheme)], "is_new": False}

    def more(self) -> list[dict[str, Any]]:
        checked = [] if self.item.verified_how else [self.also("verify_number", _("I checked this number"))]
        return [*checked, self.also("remove_number", _("Was this never right? Remove it"))]

    def act(self, form: NumberForm, by: Actor, at: datetime) -> str:
        actions.correct_number(
            identifier=self.item,
            expected_version=form.cleaned_data["version"],
            number=form.official,
            legal_basis=form.cleaned_data.get("legal_basis", ""),
            reason=form.cleaned_data["reason"],
            by=by,
            at=at,
        )
        return _("Saved.")


class RemoveNumber(OfNumber):
    form_class = ReasonForm
    title = gettext_lazy("Remove the number")
    button = gettext_lazy("Remove")

    def act(self, form: ReasonForm, by: Actor, at: datetime) -> str:
        actions.remove_number(
            identifier=self.item,
            expected_version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            by=by,
            at=at,
        )
        return _("Removed.")


class VerifyNumber(OfNumber):
    form_class = VerifyForm
    title = gettext_lazy("The number was checked")

    def act(self, form: VerifyForm, by: Actor, at: datetime) -> str:
        actions.verify_number(
            identifier=self.item,
            expected_version=form.cleaned_data["version"],
            how=Identifier.Verified(form.cleaned_data["how"]),
            by=by,
            at=at,
        )
        return _("Kept, with your name and the hour.")


class RevealNumber(OfNumber):
    """The number stands in the answer to the POST, once: it has no address of its own, and no browser may keep it."""

    permission = "parties.reveal_national_number"
    form_class = RevealForm
    title = gettext_lazy("Show the national number")
    button = gettext_lazy("Show the number")
    template = "parties/reveal_number.html"

    def items(self) -> "models.QuerySet[Any]":
        return self.party.identifiers.filter(scheme=Scheme.NATIONAL_NUMBER)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = RevealForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            number = actions.reveal_national_number(
                identifier=self.item, reason=form.cleaned_data["reason"], user=self.user, at=timezone.now()
            )
        except actions.Refused as refused:
            form.add_error(None, str(refused))
            return self.show(form, status=422)
        return self.show(form, revealed=number)
