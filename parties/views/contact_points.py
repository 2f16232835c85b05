"""How somebody can be reached."""

from datetime import datetime
from typing import Any

from django.db import models
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from parties import actions
from parties.contact_values import normalise_email
from parties.forms import ContactPointForm, ReasonForm, VerifyContactPointForm
from parties.models import ContactPoint, EmailChange
from parties.views.changing import PartyAction, PartyFormView

KINDS = {"mail": ContactPoint.Kind.EMAIL, "telefoon": ContactPoint.Kind.PHONE}


class AddContactPoint(PartyFormView):
    form_class = ContactPointForm
    fragment = "bereikbaar"

    @property
    def kind(self) -> ContactPoint.Kind:
        try:
            return KINDS[self.kwargs["kind"]]
        except KeyError:
            raise Http404 from None

    def heading(self) -> str:
        return _("Add an e-mail address") if self.kind == ContactPoint.Kind.EMAIL else _("Add a phone number")

    def form_options(self) -> dict[str, Any]:
        return {"kind": self.kind, "is_new": True}

    def act(self, form: ContactPointForm, by: Actor, at: datetime) -> str:
        point = actions.add_contact_point(
            party=self.party,
            expected_version=form.cleaned_data["version"],
            kind=self.kind,
            value=form.cleaned_data["value"],
            note=form.cleaned_data["note"],
            is_preferred=form.cleaned_data["is_preferred"],
            by=by,
            at=at,
        )
        if form.cleaned_data.get("ask"):
            actions.ask_confirmation(point=point, by=by, at=at)
            return _("Saved. We sent a mail with a link to confirm the address.")
        return _("Saved.")


class OfContactPoint(PartyFormView):
    fragment = "bereikbaar"

    def items(self) -> "models.QuerySet[Any]":
        return self.party.contact_points.in_use()

    def explanation(self) -> dict[str, Any]:
        return {"kicker": self.item.value}


class ChangeContactPoint(OfContactPoint):
    """Another e-mail address goes its own way: its owner must say yes."""

    form_class = ContactPointForm

    def heading(self) -> str:
        is_email = self.item.kind == ContactPoint.Kind.EMAIL
        return _("Change the e-mail address") if is_email else _("Change the phone number")

    def initial(self) -> dict[str, Any]:
        point: ContactPoint = self.item
        shown = point.value if point.kind == ContactPoint.Kind.EMAIL else point.readable
        return {"value": shown, "note": point.note, "is_preferred": point.is_preferred}

    def form_options(self) -> dict[str, Any]:
        return {"kind": self.item.kind, "is_new": False}

    def more(self) -> list[dict[str, Any]]:
        point: ContactPoint = self.item
        others = []
        if not point.verified_how:
            others.append(self.also("verify_contact_point", _("I checked this")))
            if point.kind == ContactPoint.Kind.EMAIL:
                others.append(self.also("ask_confirmation", _("Send a link to confirm"), post=True))
        return [*others, self.also("end_contact_point", _("No longer use this"))]

    def act(self, form: ContactPointForm, by: Actor, at: datetime) -> str:
        point: ContactPoint = self.item
        given = form.cleaned_data
        same: dict[str, Any] = {
            "point": point,
            "expected_version": given["version"],
            "note": given["note"],
            "is_preferred": given["is_preferred"],
            "reason": given["reason"],
            "by": by,
            "at": at,
        }
        if point.kind != ContactPoint.Kind.EMAIL or normalise_email(given["value"]) == point.value:
            actions.change_contact_point(value=given["value"], **same)
            return _("Saved.")
        change = actions.change_email(email=given["value"], **same)
        if change.is_another:
            return _("We sent a mail to %(email)s. Until its owner confirms it, we use the old address.") % {
                "email": change.email
            }
        return _("Saved. We sent a mail with a link to confirm the address.")


class EndContactPoint(OfContactPoint):
    form_class = ReasonForm
    title = gettext_lazy("No longer use this")
    button = gettext_lazy("No longer use this")

    def act(self, form: ReasonForm, by: Actor, at: datetime) -> str:
        actions.end_contact_point(
            point=self.item,
            expected_version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            by=by,
            at=at,
        )
        return _("Kept as no longer used.")


class VerifyContactPoint(OfContactPoint):
    form_class = VerifyContactPointForm
    title = gettext_lazy("This was checked")

    def form_options(self) -> dict[str, Any]:
        return {"kind": self.item.kind}

    def act(self, form: VerifyContactPointForm, by: Actor, at: datetime) -> str:
        actions.verify_contact_point(
            point=self.item,
            expected_version=form.cleaned_data["version"],
            how=ContactPoint.Verified(form.cleaned_data["how"]),
            by=by,
            at=at,
        )
        return _("Kept, with your name and the hour.")


class AskConfirmation(PartyAction):
    fragment = "bereikbaar"

    def act(self, by: Actor, at: datetime) -> str:
        point = get_object_or_404(self.party.contact_points.in_use(), pk=self.kwargs["item"])
        actions.ask_confirmation(point=point, by=by, at=at)
        return _("We sent a mail with a link to %(email)s. It works for 24 hours.") % {"email": point.value}


class WithdrawEmailChange(PartyAction):
    fragment = "bereikbaar"

    def act(self, by: Actor, at: datetime) -> str:
        change = get_object_or_404(EmailChange.objects.filter(point__party=self.party), pk=self.kwargs["item"])
        actions.withdraw_email_change(change=change, by=by, at=at)
        return _("The link that we sent works no longer.")
