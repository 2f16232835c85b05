"""Wagtail's previews of a form, in which editors can give answers: the page asks here what follows from them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from wagtail.snippets.views.snippets import (
    PreviewOnCreateView,
    PreviewOnEditView,
    PreviewRevisionView,
    WorkflowPreviewView,
)

ANSWERS = "antwoorden"
"""In the address when answers are posted. Else Wagtail's own script posts what stands in the editor."""


class AnsweredMixin:
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        view: Any = self
        wagtail: Any = super()
        return (view.get if ANSWERS in request.GET else wagtail.post)(request, *args, **kwargs)


class FormPreviewOnCreate(AnsweredMixin, PreviewOnCreateView):
    pass


class FormPreviewOnEdit(AnsweredMixin, PreviewOnEditView):
    pass


class FormPreviewOfRevision(PreviewRevisionView):
    http_method_names = ("get", "post")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.get(request, *args, **kwargs)


class FormPreviewInWorkflow(WorkflowPreviewView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.get(request, *args, **kwargs)
