"""Who may open the screens of Wagtail for a process type: all of them by right, or those of the own team.

A right is for every process type; a team may be named for one (``Competence.configure``). Wagtail asks most of its
questions of the model and not of the thing, so each address with a process type in it is also asked for that one.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from wagtail.permission_policies import ModelPermissionPolicy

from core.models import User
from dossiers.models import ProcessType
from dossiers.permissions import configured_by

CONFIGURING = frozenset({"view", "change", "publish"})


class ProcessTypePolicy(ModelPermissionPolicy):
    def user_has_permission(self, user: Any, action: str) -> bool:
        return bool(super().user_has_permission(user, action)) or (
            action in CONFIGURING and configured_by(user).exists()
        )  # fmt: skip

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        """The menu asks this on every page: one query at most."""
        by_right = any(super(ProcessTypePolicy, self).user_has_permission(user, action) for action in actions)
        return by_right or (not CONFIGURING.isdisjoint(actions) and configured_by(user).exists())

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return bool(super().user_has_permission(user, action)) or (
            action in CONFIGURING and configured_by(user).filter(pk=instance.pk).exists()
        )

    def user_has_any_permission_for_instance(self, user: Any, actions: Iterable[str], instance: Any) -> bool:
        return any(self.user_has_permission_for_instance(user, action, instance) for action in actions)

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> Any:
        actions = set(actions)
        if any(super(ProcessTypePolicy, self).user_has_permission(user, action) for action in actions):
            return ProcessType.objects.all()
        return configured_by(user) if actions & CONFIGURING else ProcessType.objects.none()


View = Callable[..., HttpResponseBase]


def for_who_configures(view: View) -> View:
    """Refuses a process type that this person may neither see by right nor configure."""

    @wraps(view)
    def scoped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user, asked = request.user, str(kwargs.get("pk", ""))
        if asked and isinstance(user, User) and not user.has_perm("dossiers.view_processtype"):
            mine = configured_by(user)
            if not (asked.isdecimal() and mine.filter(pk=asked).exists()):
                raise PermissionDenied
        return view(request, *args, **kwargs)

    return scoped
