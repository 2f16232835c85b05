"""The page that says why somebody cannot go on, what happens with the answers, and whom to phone."""

from datetime import datetime
from math import ceil
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views import View

from forms import gate
from forms.limits import Reason
from forms.models import FormDraft

STATUS = {Reason.TOO_MANY: 429, Reason.SUSPECT: 422}
CLOSED = 403
"""Of what is not open for anybody."""


class GatedView(View):
    """A page of a form that its limits may close."""

    def pass_gate(self) -> None:
        """Asked before the page is shown; may raise gate.Refused. What is posted is kept first, and judged after."""

    def refused_draft(self) -> FormDraft | None:
        """The form that stays kept, if there is one."""
        return None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            if request.method in {"GET", "HEAD"}:
                self.pass_gate()
            return super().dispatch(request, *args, **kwargs)
        except gate.Refused as refusal:
            return refused(request, refusal, draft=self.refused_draft(), at=timezone.now())


def refused(request: HttpRequest, refusal: gate.Refused, *, draft: FormDraft | None, at: datetime) -> HttpResponse:
    definition = refusal.definition
    context = {
        "reason": str(refusal.reason),
        "title": definition.title,
        "slug": definition.slug,
        "opens_at": definition.opens_at,
        "closed_at": definition.closes_at,
        "text": {
            Reason.NOT_YET: definition.text_not_yet,
            Reason.CLOSED: definition.text_closed,
            Reason.FULL: definition.text_full,
        }.get(refusal.reason, ""),
        "retry_at": refusal.retry_at,
        "draft": draft,
        "kept_until": draft.kept_until if draft else None,
        "trap": gate.TRAP,
    }
    status = STATUS.get(refusal.reason, CLOSED)
    response = render(request, "forms/refused.html", context, status=status)
    if status == STATUS[Reason.TOO_MANY] and refusal.retry_at:
        response["Retry-After"] = str(max(1, ceil((refusal.retry_at - at).total_seconds())))
    return response
