"""As what the town recognises an organisation."""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from parties import actions
from parties.forms import RecognitionForm
from parties.models import RecognitionCategory
from parties.views.changing import PartyFormView


class Recognise(PartyFormView):
    permission = "parties.add_recognition"
    form_class = RecognitionForm
    title = gettext_lazy("Recognise this organisation")
    fragment = "erkenning"

    def initial(self) -> dict[str, Any]:
        return {"since": timezone.localdate()}

    def form_options(self) -> dict[str, Any]:
        return {"is_new": True}

    def explanation(self) -> dict[str, Any]:
        return {"no_categories": not RecognitionCategory.objects.exists()}

    def act(self, form: RecognitionForm, by: Actor, at: datetime) -> str:
        actions.recognise(
            party=self.party,
            expected_version=form.cleaned_data["version"],
            category=form.cleaned_data["category"],
            since=form.cleaned_data["since"],
            until=form.cleaned_data["until"],
            decision=form.cleaned_data["decision"],
            by=by,
            at=at,
        )
        return _("Saved.")


class CorrectRecognition(PartyFormView):
    """Also how a recognition ends."""

    permission = "parties.change_recognition"
    form_class = RecognitionForm
    title = gettext_lazy("Change or end the recognition")
    fragment = "erkenning"

    def items(self) -> "models.QuerySet[Any]":
        return self.party.recognitions.select_related("category")

    def initial(self) -> dict[str, Any]:
        return {field: getattr(self.item, field) for field in ("category", "since", "until", "decision")}

    def form_options(self) -> dict[str, Any]:
        return {"is_new": False}

    def explanation(self) -> dict[str, Any]:
        return {"kicker": str(self.item.category)}

    def act(self, form: RecognitionForm, by: Actor, at: datetime) -> str:
        actions.correct_recognition(
            recognition=self.item,
            expected_version=form.cleaned_data["version"],
            category=form.cleaned_data["category"],
            since=form.cleaned_data["since"],
            until=form.cleaned_data["until"],
            decision=form.cleaned_data["decision"],
            reason=form.cleaned_data["reason"],
            by=by,
            at=at,
        )
        return _("Saved.")
