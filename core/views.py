"""The base of every staff view of our own under /beheer/."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views import View
from wagtail.admin.auth import require_admin_access

from core.models.user import User


@method_decorator(require_admin_access, name="dispatch")
class ScopedView(View):
    """Signed in, allowed, and only what this person may see.

    modeladmin and viewsets scope the listing alone; an edit, inspect, history or custom address of a hidden object
    would still answer. Here every object comes from ``visible_to(user)``, so a hidden one is a plain 404.
    """

    model: ClassVar[type[models.Model]]
    permission: ClassVar[str]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.user.has_perm(self.permission):
            raise PermissionDenied
        self.authorise()
        return super().dispatch(request, *args, **kwargs)

    def authorise(self) -> None:
        """What more must hold than the right. Raises PermissionDenied, or Http404 for what may not be known."""

    @property
    def user(self) -> User:
        if not isinstance(self.request.user, User):  # require_admin_access saw to it
            raise PermissionDenied
        return self.request.user

    def get_queryset(self) -> Any:
        """A QuerySet of the model with what this person may see. Not typed: each model has a QuerySet of its own."""
        return self.model._default_manager.visible_to(self.user)  # type: ignore[attr-defined]  # each scoped model has it

    def get_object(self) -> Any:
        return get_object_or_404(self.get_queryset(), **self.kwargs)


class ScopedAction(ScopedView):
    """Changes something, and therefore listens to POST only."""

    http_method_names = ["post"]
