"""Screens for editors around the form builder. Filling in is in views.py."""

from typing import Any

from django.http import HttpRequest, JsonResponse

from core.views import ScopedView
from forms.builder_facts import facts
from forms.models import FormDefinition


class EditorView(ScopedView):
    """For who may see forms."""

    model = FormDefinition
    permission = "forms.view_formdefinition"

    def get_queryset(self) -> Any:
        return FormDefinition.objects.all()  # whoever may see one form may see all


class BuilderFacts(EditorView):
    def get(self, request: HttpRequest) -> JsonResponse:
        return JsonResponse(facts())
