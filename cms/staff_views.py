"""Everything that one member of staff holds, in one screen: hand it over, and end or renew the way in."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.log_actions import LogActionRegistry

from cms import staff_actions
from core import holdings
from core.actors import Actor
from core.holdings import Holding, Part
from core.models import User
from core.views import ScopedAction, ScopedView

NOBODY, LEAVE = "niemand", ""


@dataclass(frozen=True)
class Held:
    """One kind of what this person holds, and the question to whom it goes."""

    name: str
    holding: Holding
    parts: list[Part]

    @property
    def number(self) -> int:
        return sum(part.number for part in self.parts)


def held_by(person: User) -> list[Held]:
    """Only what there is."""
    found = [Held(name, holding, holding.parts(person)) for name, holding in holdings.in_order()]
    return [held for held in found if held.parts]


class HandOverForm(forms.Form):
    """To whom each kind goes. What ``everything`` says holds for every kind that says nothing else."""

    everything = forms.ChoiceField(label=gettext_lazy("Everything goes to"), required=False)

    def __init__(self, *args: Any, holder: User, held: list[Held], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = [each for each in held if not each.holding.by_hand]
        self.receivers = {each.name: {str(p.pk): p for p in each.holding.receivers(holder)} for each in self.held}
        everybody = {key: person for people in self.receivers.values() for key, person in people.items()}
        by_name = sorted(everybody.items(), key=lambda item: str(item[1]).casefold())
        self._choices("everything", [(LEAVE, _("Choose for each kind below")), *_named(by_name)])
        for each in self.held:
            choices = [(LEAVE, _("As chosen above, or leave it")), *_named(self.receivers[each.name].items())]
            if each.holding.to_nobody:
                choices.insert(1, (NOBODY, str(each.holding.to_nobody)))
            self.fields[each.name] = forms.ChoiceField(label=_("Goes to"), required=False)
            self._choices(each.name, choices)

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  says so to the type checker
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not self.going():
            raise forms.ValidationError(_("Choose to whom something goes."))
        return cleaned

    def going(self) -> list[tuple[Held, User | None]]:
        """What goes, and to whom. The choice for everything passes by a kind that this person cannot take over."""
        found: list[tuple[Held, User | None]] = []
        for each in self.held:
            chosen = self.cleaned_data.get(each.name) or self.cleaned_data.get("everything")
            if chosen == NOBODY:
                found.append((each, None))
            elif chosen and (to := self.receivers[each.name].get(chosen)):
                found.append((each, to))
        return found


class StaffMixin(ScopedView):
    model = User
    permission = "core.change_user"

    def get_queryset(self) -> Any:
        """A superuser is for superusers only (cms/staff.py)."""
        return User.objects.all() if self.user.is_superuser else User.objects.filter(is_superuser=False)

    @property
    def by(self) -> Actor:
        return Actor.staff(self.user)


class Work(StaffMixin):
    """Look, choose, read once more what will happen, and then it happens."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        person: User = self.get_object()
        held = held_by(person)
        return self._page(person, held, HandOverForm(holder=person, held=held))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person: User = self.get_object()
        held = held_by(person)
        form = HandOverForm(request.POST, holder=person, held=held)
        if not form.is_valid():
            return self._page(person, held, form)
        if "bevestig" not in request.POST:
            return self._page(person, held, form, going=form.going())
        for each, to in form.going():
            outcome = each.holding.hand_over(person, to=to, by=self.by, at=timezone.now())
            if outcome.moved:
                messages.success(request, _went(each, to, outcome.moved))
            for words in outcome.stayed:
                messages.warning(request, words)
        return redirect("staff_work", pk)

    def _page(
        self, person: User, held: list[Held], form: HandOverForm, going: list[tuple[Held, User | None]] | None = None
    ) -> HttpResponse:
        return render(
            self.request,
            "cms/staff/work.html",
            {
                "breadcrumbs_items": [
                    {"url": reverse("wagtailusers_users:index"), "label": _("Users")},
                    {"url": reverse("wagtailusers_users:edit", args=[person.pk]), "label": str(person)},
                    {"url": "", "label": _("Work of %(name)s") % {"name": person}},
                ],
                "header_title": _("Work of %(name)s") % {"name": person},
                "header_icon": "user",
                "person": person,
                "kinds": [(each, None if each.holding.by_hand else form[each.name]) for each in held],
                "form": form,
                "going": going,
                "is_self": person == self.user,
                "never_signed_in": person.last_login is None,
            },
            status=422 if form.errors else 200,
        )


class StaffAction(StaffMixin, ScopedAction):
    def get_object(self) -> User:
        person: User = super().get_object()
        if person == self.user:
            raise PermissionDenied  # whoever ends the own way in cannot undo it
        return person


class Deactivate(StaffAction):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = self.get_object()
        if staff_actions.deactivate(person=person, by=self.by):
            messages.success(request, _("%(name)s is signed out and cannot sign in any more.") % {"name": person})
        return redirect("staff_work", pk)


class Reactivate(StaffAction):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = self.get_object()
        if staff_actions.reactivate(person=person, by=self.by, at=timezone.now()):
            messages.success(
                request, _("%(name)s is back, and gets a mail to choose a new password.") % {"name": person}
            )
        return redirect("staff_work", pk)


class Invite(StaffAction):
    """Once more: the first mail was lost or is too old. Also for who forgot the password and cannot ask it alone."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = self.get_object()
        if person.is_active and staff_actions.invite(person=person, by=self.by, at=timezone.now()):
            messages.success(request, _("A link to choose a password goes to %(to)s.") % {"to": person.email})
        else:
            messages.warning(request, _("There is no e-mail address to send a link to, or the account is not active."))
        return redirect("staff_work", pk)


def register_log_actions(actions: LogActionRegistry) -> None:
    """What the history of an account says."""
    for action, words in (
        (staff_actions.INVITED, gettext_lazy("Sent a link to choose a password")),
        (staff_actions.LEFT, gettext_lazy("Ended the access of this person")),
        (staff_actions.CAME_BACK, gettext_lazy("Gave this person access again")),
    ):
        actions.register_action(action, words, words)


def _named(people: Any) -> list[tuple[str, str]]:
    return [(key, str(person)) for key, person in people]


def _went(each: Held, to: User | None, number: int) -> str:
    return ngettext("%(kind)s: %(number)d went to %(name)s.", "%(kind)s: %(number)d went to %(name)s.", number) % {
        "kind": each.holding.title,
        "number": number,
        "name": to or _("nobody in particular"),
    }
