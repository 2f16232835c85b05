"""The screens of staff accounts: Wagtail's, without the way from administrator to superuser.

Wagtail lets everyone who may edit accounts make a superuser, or set a superuser's password. In Loket a superuser is
made on the server (``manage.py createsuperuser``); Beheerder makes accounts and gives out roles.
"""

import secrets
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.auth import LoginForm
from wagtail.admin.widgets.button import Button
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import CreateView, EditView, UserViewSet

from cms import staff_actions
from core.actors import Actor
from core.models import User
from dossiers.models import Team


class StaffLoginForm(LoginForm):
    """Wagtail's, with labels that are translated and no placeholders: those vanish when somebody starts to type."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["username"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].widget.attrs["autocomplete"] = "current-password"


class FixedSuperuserMixin:
    """The superuser box takes no answer. Wagtail's templates need it to exist; the admin's style sheet hides it."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "is_superuser" in self.fields:
            self.fields["is_superuser"].disabled = True


class StaffCreationForm(FixedSuperuserMixin, UserCreationForm):
    """Without a password: its owner chooses it, by a link that goes along with the account."""

    password_enabled = False
    teams = forms.ModelMultipleChoiceField(
        Team.objects.all(),
        label=_("Teams"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Whose dossiers this person sees and handles."),
    )

    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit=False)
        user.set_password(secrets.token_urlsafe(32))  # not an unusable one: who has that cannot ask for a new link
        if commit:
            with transaction.atomic():
                user.save()
                self.save_m2m()
                user.teams.set(self.cleaned_data["teams"])
        return user


class StaffEditForm(FixedSuperuserMixin, UserEditForm):
    """Nobody chooses somebody else's password: a link is sent (cms/staff_views.py). Teams have their own screen."""

    password_enabled = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "is_active" in self.fields:  # not for oneself
            self.fields["is_active"].label = _("Has access")
            self.fields["is_active"].help_text = _(
                "Without the tick this person is signed out at once. The work is handed over under the three dots."
            )


def refuse_superusers(request: HttpRequest, accounts: list[User]) -> None:
    """Raises PermissionDenied when someone who is no superuser wants to change one."""
    if any(account.is_superuser for account in accounts) and not request.user.is_superuser:
        raise PermissionDenied


class StaffCreateView(CreateView):
    def save_instance(self) -> User:
        """The account and the mail about it, or neither."""
        with transaction.atomic():
            person: User = super().save_instance()
            staff_actions.invite(person=person, by=Actor.staff(self.request.user), at=timezone.now())
        return person

    def get_success_message(self, instance: User) -> str:
        words = _("%(name)s has an account, and gets a mail at %(to)s to choose a password.")
        return str(words % {"name": instance, "to": instance.email})


class StaffEditView(EditView):
    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        refuse_superusers(request, [self.object])

    @property
    def header_more_buttons(self) -> list[Button]:
        buttons: list[Button] = super().header_more_buttons
        work = reverse("staff_work", args=[self.object.pk])
        buttons.append(Button(_("Work and leaving"), url=work, icon_name="clipboard-list", priority=25))
        if self.object.second_factor_id is not None and not self.editing_self:
            address = reverse("second_step_reset", args=[self.object.pk])
            buttons.append(Button(_("Take away the second step"), url=address, icon_name="lock-open", priority=30))
        return buttons


def end_access_of_inactive(accounts: Iterable[User]) -> None:
    """Whatever road somebody was made inactive by: a box in the form, several at once in the list."""
    for account in User.objects.filter(pk__in=[account.pk for account in accounts], is_active=False):
        staff_actions.end_access(account)


class StaffViewSet(UserViewSet):
    add_view_class = StaffCreateView
    edit_view_class = StaffEditView
    copy_view_enabled = False  # what is posted to a copy view is saved over the account it would copy

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return StaffEditForm if for_update else StaffCreationForm
