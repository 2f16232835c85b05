"""The screens of staff accounts: Wagtail's, without the way from administrator to superuser.

Wagtail lets everyone who may edit accounts make a superuser, or set a superuser's password. In Loket a superuser is
made on the server (``manage.py createsuperuser``); Beheerder makes accounts and gives out roles.
"""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.auth import LoginForm
from wagtail.admin.widgets.button import Button
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import EditView, UserViewSet

from core.models import User


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
    pass


class StaffEditForm(FixedSuperuserMixin, UserEditForm):
    pass


def refuse_superusers(request: HttpRequest, accounts: list[User]) -> None:
    """Raises PermissionDenied when someone who is no superuser wants to change one."""
    if any(account.is_superuser for account in accounts) and not request.user.is_superuser:
        raise PermissionDenied


class StaffEditView(EditView):
    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        refuse_superusers(request, [self.object])

    @property
    def header_more_buttons(self) -> list[Button]:
        buttons: list[Button] = super().header_more_buttons
        if self.object.second_factor_id is not None and not self.editing_self:
            address = reverse("second_step_reset", args=[self.object.pk])
            buttons.append(Button(_("Take away the second step"), url=address, icon_name="lock-open", priority=30))
        return buttons


class StaffViewSet(UserViewSet):
    edit_view_class = StaffEditView
    copy_view_enabled = False  # what is posted to a copy view is saved over the account it would copy

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return StaffEditForm if for_update else StaffCreationForm
