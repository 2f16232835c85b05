"""Keeping and destroying: /beheer/bewaren/. Lists of numbers and dates, never of names."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.log_actions import log

from core import erasing, keeping
from core.actors import Actor
from core.keyset import paginate
from core.models import DoomedFile, KeepingTerm
from core.spreadsheets import CONTENT_TYPES, CSV, as_csv
from core.views import ScopedView
from dossiers import actions
from dossiers.actions.retention import ListRefused
from dossiers.actions.retention import approve as approve_list
from dossiers.actions.retention import prepare as prepare_list
from dossiers.actions.retention import send_back as send_back_list
from dossiers.actions.retention import try_again as try_list_again
from dossiers.forms import ApproveForm, HoldForm, KeepingTermForm, SendBackForm
from dossiers.models import DestructionItem, DestructionList, Dossier, Hold
from dossiers.models.retention import DestructionListQuerySet
from dossiers.views.dossier import DossierAction
from dossiers.views.dossier_form import DossierFormView

SEE, PREPARE, APPROVE = (f"dossiers.{verb}_destructionlist" for verb in ("view", "prepare", "approve"))
CHANGE_TERMS = "core.change_keepingterm"
State = DestructionList.State
MOST_OPEN = 50
TERMS = {
    keeping.PARTIES: gettext_lazy("Contact register: persons and organisations to whom nothing refers any more"),
    keeping.ACCESS_LOG: gettext_lazy("Access log: who of our staff looked at whose data"),
}


def title() -> str:
    return _("Keeping and destroying")


def crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    """The last one is the page itself."""
    all_of_them = [(title(), reverse("retention:overview")), *more]
    return [{"label": label, "url": url} for label, url in all_of_them[:-1]] + [
        {"label": all_of_them[-1][0], "url": ""}
    ]


class Overview(ScopedView):
    """What waits for whom, what was destroyed, and what goes by itself."""

    model = DestructionList
    permission = SEE

    def get(self, request: HttpRequest) -> HttpResponse:
        lists: DestructionListQuerySet = self.get_queryset().with_counts()
        done = paginate(lists.filter(state=State.DONE), order=["-pk"], cursor=request.GET.get("vanaf"), size=25)
        today = timezone.localdate()
        return render(
            request,
            "dossiers/retention/overview.html",
            {
                "header_title": title(),
                "header_icon": "bin",
                "breadcrumbs_items": crumbs(),
                "parts": [
                    (heading, list(lists.filter(state=state).order_by("pk")[:MOST_OPEN]))
                    for heading, state in (
                        (_("To be looked through"), State.PROPOSED),
                        (_("Waiting for approval"), State.PREPARED),
                        (_("Being carried out"), State.APPROVED),
                    )
                ],
                "page": done,
                "holds": Hold.objects.on(today).count(),
                "town_terms": [(what, words, keeping.term_of(what)) for what, words in TERMS.items()],
                "may_change_terms": self.user.has_perm(CHANGE_TERMS),
                "technical": list(erasing.terms),
                "files_left": DoomedFile.objects.count(),
                "query": "",
            },
        )


class ListView(ScopedView):
    """A page about one list."""

    model = DestructionList
    permission = SEE

    def get_queryset(self) -> DestructionListQuerySet:
        lists: DestructionListQuerySet = super().get_queryset()
        return lists.with_counts()

    @cached_property
    def made(self) -> Any:
        """With its counts, which the model does not know."""
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    def show(self, form: forms.Form | None = None, *, status: int = 200) -> HttpResponse:
        made = self.made
        seen = (
            Dossier.objects.visible_to(self.user).filter(destruction_items__made_for=made).values_list("pk", flat=True)
        )
        prepared_myself = made.prepared_by == self.user
        may_approve = made.state == State.PREPARED and self.user.has_perm(APPROVE)
        may_prepare = made.state == State.PROPOSED and self.user.has_perm(PREPARE)
        return render(
            self.request,
            "dossiers/retention/list.html",
            {
                "header_title": made.number,
                "header_icon": "bin",
                "breadcrumbs_items": crumbs((made.number, "")),
                "made": made,
                "lines": list(made.items.select_related("dossier")),
                "seen": set(seen),
                "may_prepare": may_prepare,
                "may_hold": self.user.has_perm(PREPARE) and made.state != State.DONE and made.process_type_id,
                "may_approve": may_approve and not prepared_myself,
                "prepared_myself": may_approve and prepared_myself,
                "may_try_again": made.state == State.APPROVED and made.failed and self.user.has_perm(APPROVE),
                "approve_form": ApproveForm(initial={"number": made.waiting}),
                "send_back_form": SendBackForm(),
            }
            | ({"form": form, self.form_name: form} if form else {}),
            status=status,
        )

    form_name = "form"


class ListPage(ListView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show()


class ListAction(ListView):
    """One button on the page of a list."""

    http_method_names = ["post"]
    form_class: ClassVar[type[forms.Form]] = forms.Form

    def act(self, data: dict[str, Any], by: Actor, at: datetime) -> str:
        """Do it, and return what to tell. May raise ListRefused."""
        raise NotImplementedError

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = self.form_class(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            messages.success(request, self.act(form.cleaned_data, Actor.staff(self.user), timezone.now()))
        except ListRefused as refused:
            messages.error(request, str(refused))
        return redirect(self.made)


class Prepare(ListAction):
    permission = PREPARE

    def act(self, data: dict[str, Any], by: Actor, at: datetime) -> str:
        prepare_list(made=self.made, by=by, at=at)
        return _("The list waits for the approval of a colleague.")


class SendBack(ListAction):
    permission = APPROVE
    form_class = SendBackForm
    form_name = "send_back_form"

    def act(self, data: dict[str, Any], by: Actor, at: datetime) -> str:
        send_back_list(made=self.made, reason=data["reason"], by=by, at=at)
        return _("The list was sent back. Who prepares it reads why.")


class Approve(ListAction):
    permission = APPROVE
    form_class = ApproveForm
    form_name = "approve_form"

    def act(self, data: dict[str, Any], by: Actor, at: datetime) -> str:
        approve_list(made=self.made, number=data["number"], by=by, at=at)
        return _("The list is approved. Loket begins within a minute.")


class TryAgain(ListAction):
    permission = APPROVE

    def act(self, data: dict[str, Any], by: Actor, at: datetime) -> str:
        number = try_list_again(made=self.made, by=by, at=at)
        words = ngettext("%(number)s line is tried again.", "%(number)s lines are tried again.", number)
        return words % {"number": number}


class HoldLine(ScopedView):
    """Keep one dossier of a list longer; who looks through the list need not see the dossier itself."""

    model = DestructionList
    permission = PREPARE

    @cached_property
    def line(self) -> DestructionItem:
        lines = DestructionItem.objects.filter(made_for__in=self.get_queryset(), dossier__isnull=False)
        return get_object_or_404(lines.select_related("made_for", "dossier"), **self.kwargs)

    def show(self, form: forms.Form, *, status: int = 200) -> HttpResponse:
        heading = _("Keep %(number)s longer") % {"number": self.line.number}
        made = self.line.made_for
        return render(
            self.request,
            "dossiers/retention/form.html",
            {
                "header_title": heading,
                "breadcrumbs_items": crumbs((made.number, made.get_absolute_url()), (heading, "")),
                "form": form,
                "button": _("Keep longer"),
                "back": made.get_absolute_url(),
            },
            status=status,
        )

    def get(self, request: HttpRequest, made_for: int, pk: int) -> HttpResponse:
        return self.show(HoldForm())

    def post(self, request: HttpRequest, made_for: int, pk: int) -> HttpResponse:
        form = HoldForm(request.POST)
        if form.is_valid() and self.line.dossier:
            given = {name: form.cleaned_data[name] for name in ("reason", "until")}
            try:
                actions.hold(dossier=self.line.dossier, **given, by=Actor.staff(self.user), at=timezone.now())
            except actions.StepRefused as refused:
                form.add_error("until", str(refused))
            else:
                messages.success(request, _("%(number)s is kept longer.") % {"number": self.line.number})
                return redirect(self.line.made_for)
        return self.show(form, status=422)


class ChangeTerm(ScopedView):
    """A term that the town chooses."""

    model = KeepingTerm
    permission = CHANGE_TERMS

    @cached_property
    def heading(self) -> str:
        if self.kwargs["what"] not in TERMS:
            raise Http404
        return str(TERMS[self.kwargs["what"]])

    def show(self, form: forms.Form, *, status: int = 200) -> HttpResponse:
        context = {
            "header_title": self.heading,
            "breadcrumbs_items": crumbs((self.heading, "")),
            "form": form,
            "button": _("Save"),
            "back": reverse("retention:overview"),
        }
        return render(self.request, "dossiers/retention/form.html", context, status=status)

    def get(self, request: HttpRequest, what: str) -> HttpResponse:
        _known, kept = self.heading, keeping.term_of(what)
        return self.show(KeepingTermForm(initial={"years": kept.years, "source": kept.source}))

    def post(self, request: HttpRequest, what: str) -> HttpResponse:
        _known, form = self.heading, KeepingTermForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        changed, made = KeepingTerm.objects.update_or_create(what=what, defaults=form.cleaned_data)
        log(instance=changed, action="wagtail.create" if made else "wagtail.edit", user=self.user)
        messages.success(request, _("The term was changed."))
        return redirect("retention:overview")


# --- The declaration

HEADINGS = (
    gettext_lazy("Number"),
    gettext_lazy("Process"),
    gettext_lazy("Ended on"),
    gettext_lazy("Term over on"),
    gettext_lazy("Kept for (years)"),
    gettext_lazy("Where that comes from"),
    gettext_lazy("What became of it"),
    gettext_lazy("Destroyed on"),
)


class Declaration(ListView):
    """What was destroyed, why, when and by whose approval: it is kept for good."""

    def get(self, request: HttpRequest, pk: int, extension: str) -> HttpResponse:
        made = get_object_or_404(self.get_queryset().filter(state=State.DONE), pk=pk)
        if extension == CSV:
            content: str | bytes = "".join(as_csv(HEADINGS, declared(made)))
            kind = CONTENT_TYPES[CSV]
        else:
            from core.pdf import pdf_of  # brings WeasyPrint along

            context = {"title": _("Declaration of destruction"), "number": made.number, "made": made,
                       "lines": made.items.all()}  # fmt: skip
            content, kind = pdf_of("dossiers/retention/declaration.html", context), "application/pdf"
        response = HttpResponse(content, content_type=kind)
        response["Content-Disposition"] = f'attachment; filename="{made.number}.{extension}"'
        response["Cache-Control"] = "no-store"
        return response


def declared(made: DestructionList) -> Iterator[list[str]]:
    for line in made.items.all():
        yield [
            line.number,
            line.process,
            f"{line.ended_on:%d/%m/%Y}",
            f"{line.due_on:%d/%m/%Y}",
            str(line.years),
            line.source,
            line.get_state_display(),
            f"{timezone.localtime(line.done_at):%d/%m/%Y}" if line.done_at else "",
        ]


# --- On a dossier


class HoldDossier(DossierFormView):
    """Whoever handles it keeps it longer."""

    form_class = HoldForm
    title = gettext_lazy("Keep longer than its term")
    button = gettext_lazy("Keep longer")
    fragment = "panel-retention"

    def explanation(self) -> dict[str, Any]:
        if self.dossier.anonymised_at:
            raise actions.StepRefused(_("The data of this dossier were destroyed."))
        return {}

    def act(self, form: forms.Form, by: Actor, at: datetime) -> str:
        given = {name: form.cleaned_data[name] for name in ("reason", "until")}
        actions.hold(dossier=self.dossier, **given, by=by, at=at)
        return _("This dossier is kept longer.")


class LiftHold(DossierAction):
    def act(self, dossier: Dossier, by: Actor, at: datetime) -> str:
        actions.lift_hold(dossier=dossier, by=by, at=at)
        return _("The own term of this dossier counts again.")
