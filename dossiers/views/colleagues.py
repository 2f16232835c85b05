"""What colleagues do together about a dossier: notes, advice, and dossiers that belong together."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.keyset import paginate
from core.views import ScopedView
from dossiers import actions
from dossiers.forms import AskAdviceForm, GiveAdviceForm, NoteForm, RelateForm
from dossiers.models import Advice, Dossier, Relation
from dossiers.views.dossier_form import DossierFormView
from dossiers.views.scope import DossierButton


class WriteNote(DossierFormView):
    """The form stands on the page of the dossier; here only when something is not right."""

    permission = "dossiers.view_dossier"  # who may read a dossier may say something to colleagues
    form_class = NoteForm
    title = gettext_lazy("New note")
    button = gettext_lazy("Keep the note")
    fragment = "notities"

    def act(self, form: forms.Form, by: Actor, at: datetime) -> str:
        note = actions.write_note(dossier=self.dossier, text=form.cleaned_data["text"], by=by, at=at)
        told = ", ".join(map(str, note.mentioned.all()))
        return _("The note is kept. %(names)s gets a mail.") % {"names": told} if told else _("The note is kept.")


class AskAdvice(DossierFormView):
    form_class = AskAdviceForm
    title = gettext_lazy("Ask advice")
    button = gettext_lazy("Ask")
    fragment = "advies"

    def act(self, form: forms.Form, by: Actor, at: datetime) -> str:
        advice = actions.ask_advice(dossier=self.dossier, **form.cleaned_data, by=by, at=at)
        return _("The advice of %(who)s is asked.") % {"who": advice.asked_of}


class GiveAdvice(DossierFormView):
    """A colleague of the team that was asked, or whoever handles the dossier and heard it by phone."""

    permission = "dossiers.view_dossier"
    form_class = GiveAdviceForm
    button = gettext_lazy("Give this advice")
    template = "dossiers/give_advice.html"
    fragment = "advies"

    @cached_property
    def dossier(self) -> Dossier:
        """Also of another team: who is asked for advice may see this one question, and no more of the dossier."""
        mine = Advice.objects.asked_of(self.user).filter(pk=self.kwargs["advice"])
        found = mine.filter(dossier=self.kwargs["pk"]).first()
        if found:
            return Dossier.objects.for_list().get(pk=found.dossier_id)
        return get_object_or_404(Dossier.objects.handled_by(self.user).for_list(), pk=self.kwargs["pk"])

    @cached_property
    def advice(self) -> Advice:
        return get_object_or_404(self.dossier.advice.open(), pk=self.kwargs["advice"])

    def heading(self) -> str:
        return _("Advice of %(who)s") % {"who": self.advice.asked_of}

    def back(self) -> HttpResponse:
        seen = self.get_queryset().filter(pk=self.dossier.pk).exists()
        return super().back() if seen else redirect("dossiers:advice_list")

    def explanation(self) -> dict[str, Any]:
        return {"advice": self.advice}

    def act(self, form: forms.Form, by: Actor, at: datetime) -> str:
        actions.give_advice(advice=self.advice, **form.cleaned_data, by=by, at=at)
        return _("Thank you. The advice is in the dossier.")


class AdviceList(ScopedView):
    """What the teams of this person are asked, first asked first."""

    model = Dossier
    permission = "dossiers.view_dossier"

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = Advice.objects.asked_of(self.user)
        page = paginate(
            asked.select_related("dossier__process_version", "team", "asked_by"),
            order=["asked_at", "pk"],
            cursor=request.GET.get("vanaf"),
        )
        context = {
            "header_title": _("Advice that is asked of us"),
            "breadcrumbs_items": [{"url": "", "label": _("Advice that is asked of us")}],
            "page": page,
        }
        return render(request, "dossiers/advice_list.html", context)


class WithdrawAdvice(DossierButton):
    def post(self, request: HttpRequest, pk: int, advice: int) -> HttpResponse:
        dossier = get_object_or_404(self.get_queryset(), pk=pk)
        asked = get_object_or_404(dossier.advice, pk=advice)
        try:
            actions.withdraw_advice(advice=asked, by=Actor.staff(self.user), at=timezone.now())
        except actions.StepRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The request for advice is withdrawn."))
        return redirect(f"{dossier.get_absolute_url()}#advies")


class Relate(DossierFormView):
    form_class = RelateForm
    title = gettext_lazy("Link to another dossier")
    button = gettext_lazy("Link them")
    fragment = "samen"

    def act(self, form: forms.Form, by: Actor, at: datetime) -> str:
        number = form.cleaned_data["number"].strip().upper()
        other = self.get_queryset().filter(number=number).first()
        if other is None:
            raise actions.StepRefused(_("There is no dossier %(number)s that you may see.") % {"number": number})
        if form.cleaned_data["kind"] == RelateForm.ORIGINAL:
            actions.relate(dossier=other, other=self.dossier, kind=Relation.Kind.DUPLICATE, by=by, at=at)
        else:
            actions.relate(dossier=self.dossier, other=other, kind=form.cleaned_data["kind"], by=by, at=at)
        return _("Linked to %(number)s.") % {"number": other.number}


class Unrelate(DossierButton):
    def post(self, request: HttpRequest, pk: int, relation: int) -> HttpResponse:
        dossier = get_object_or_404(self.get_queryset(), pk=pk)
        mine = Relation.objects.filter(dossier=dossier) | Relation.objects.filter(other=dossier)
        actions.unrelate(relation=get_object_or_404(mine, pk=relation), by=Actor.staff(self.user), at=timezone.now())
        messages.success(request, _("The link is removed."))
        return redirect(f"{dossier.get_absolute_url()}#samen")
