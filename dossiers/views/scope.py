"""The base of views about one dossier."""

from typing import ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404

from core.views import ScopedAction, ScopedView
from dossiers.models import Dossier

HANDLE = "dossiers.handle_dossier"


class DossierView(ScopedView):
    """Who may handle dossiers may not handle every dossier that he or she sees: this one is asked for."""

    model: ClassVar[type[Model]] = Dossier

    def authorise(self) -> None:
        if self.permission != HANDLE or "pk" not in self.kwargs:
            return
        if not Dossier.objects.handled_by(self.user).filter(pk=self.kwargs["pk"]).exists():
            if Dossier.objects.visible_to(self.user).filter(pk=self.kwargs["pk"]).exists():
                raise PermissionDenied
            raise Http404


class DossierButton(ScopedAction, DossierView):
    """Changes something, and therefore listens to POST only."""

    permission = HANDLE
