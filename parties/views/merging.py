"""Possible duplicates, two records side by side, and taking a merge back."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db import models
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.actors import Actor
from core.keyset import paginate
from core.models import AccessLog
from core.views import ScopedAction, ScopedView
from parties import merging
from parties.finding import SHORTEST, find
from parties.merging import FIELDS, KEPT, LOST, MergeRefused
from parties.models import LookAlike, Merge, Party

PAGE_SIZE = 20
PERMISSION = "parties.merge_party"
KNOWN = ("contact_points", "addresses", "identifiers")


def _crumbs(*steps: tuple[str, str]) -> list[dict[str, str]]:
    begin = (reverse("parties:list"), _("Persons and organisations"))
    return [{"url": url, "label": label} for url, label in (begin, *steps)]


class MergingView(ScopedView):
    permission = PERMISSION

    def seen(self, parties: Iterable[models.Model]) -> None:
        AccessLog.objects.record_all(user=self.user, action="view", objects=parties, at=timezone.now())


class LookAlikes(MergingView):
    """Who may be in the register twice, the likeliest first."""

    model = LookAlike

    def get(self, request: HttpRequest) -> HttpResponse:
        pairs = self.get_queryset().open().select_related("first", "second")
        page = paginate(pairs, order=["-weight", "-pk"], cursor=request.GET.get("vanaf"), size=PAGE_SIZE)
        parties = {party.pk: party for pair in page.rows for party in (pair.first, pair.second)}
        prefetch_related_objects(list(parties.values()), *KNOWN)
        for pair in page.rows:  # one that is in two pairs was read twice
            pair.first, pair.second = parties[pair.first_id], parties[pair.second_id]
        self.seen(parties.values())
        context = {
            "header_title": _("Duplicates"),
            "breadcrumbs_items": _crumbs(("", _("Duplicates"))),
            "page": page,
        }
        return render(request, "parties/look_alikes.html", context)


class Dismiss(ScopedAction):
    """Somebody says that these are two."""

    model = LookAlike
    permission = PERMISSION

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        pair: LookAlike = self.get_object()
        merging.dismiss(pair=pair, by=Actor.staff(self.user), at=timezone.now())
        said = _("%(one)s and %(other)s stay apart. We do not propose them again.")
        messages.success(request, said % {"one": pair.first, "other": pair.second})
        return redirect("parties:look_alikes")


class ChooseOther(MergingView):
    """With whom shall this record be merged?"""

    model = Party

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page("")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Posted, so that what is typed stands in no address and no log."""
        return self.page(" ".join(request.POST.get("q", "").replace("\x00", "").split()))

    def page(self, words: str) -> HttpResponse:
        party: Party = self.get_object()
        known = find(words, user=self.user, kind=party.kind, with_national_number=True)
        found = [each for each in known if each.party != party]
        self.seen([party, *(each.party for each in found)])
        prefetch_related_objects([each.party for each in found], *KNOWN)
        context = {
            "header_title": _("Merge %(name)s") % {"name": party},
            "breadcrumbs_items": _crumbs((party.get_absolute_url(), str(party)), ("", _("Merge"))),
            "party": party,
            "words": words,
            "searched": len(words) >= SHORTEST,
            "found": found,
        }
        return render(self.request, "parties/choose_same.html", context)


class SideBySide(MergingView):
    """Two records, field by field; then what will move; then it is done."""

    model = Party

    def get(self, request: HttpRequest, pk: int, other: int) -> HttpResponse:
        return self.page({})

    def post(self, request: HttpRequest, pk: int, other: int) -> HttpResponse:
        choices = {name: request.POST.get(name, "") for name in FIELDS if request.POST.get(name) in (KEPT, LOST)}
        seen = {key: request.POST.get(f"version_{key}", "") for key in (pk, other)}
        if "confirmed" not in request.POST:
            return self.page(choices, checking=True)
        kept, lost = self.both()
        if missing := [name for name in self.differing(kept, lost) if name not in choices]:
            return self.page(choices, checking=True, missing=missing)
        versions = {key: int(value) if value.isdecimal() and len(value) < 10 else 0 for key, value in seen.items()}
        try:
            made = merging.merge(
                kept=kept, lost=lost, choices=choices, versions=versions, by=Actor.staff(self.user), at=timezone.now()
            )
        except MergeRefused as refused:
            return self.page(choices, error=str(refused), status=409)
        until = formats.date_format(timezone.localtime(made.undo_until), "j F Y")
        messages.success(request, _("The two are one now. You can undo this until %(day)s.") % {"day": until})
        return redirect(kept)

    def both(self) -> tuple[Party, Party]:
        rows = self.get_queryset()
        kept = get_object_or_404(rows, pk=self.kwargs["pk"])
        return kept, get_object_or_404(rows, pk=self.kwargs["other"])

    def differing(self, kept: Party, lost: Party) -> list[str]:
        return [name for name in FIELDS if getattr(kept, name) != getattr(lost, name)]

    def page(
        self,
        choices: dict[str, str],
        *,
        checking: bool = False,
        missing: Iterable[str] = (),
        error: str = "",
        status: int = 200,
    ) -> HttpResponse:
        kept, lost = self.both()
        self.seen([kept, lost])
        differing = self.differing(kept, lost)
        missing = list(missing) or [name for name in differing if checking and name not in choices]
        problems = merging.problems(kept, lost)
        prefetch_related_objects([kept, lost], *KNOWN, "recognitions__category")
        context: dict[str, Any] = {
            "header_title": _("One or two?"),
            "breadcrumbs_items": _crumbs((kept.get_absolute_url(), str(kept)), ("", _("Merge"))),
            "kept": kept,
            "lost": lost,
            "fields": [self.field(name, kept, lost, choices, name in missing) for name in FIELDS],
            "choices": choices,
            "problems": problems,
            "error": "" if problems else error,
            "missing": [self.label(name) for name in missing],
            "confirming": checking and not missing and not problems,
            "along": [] if problems else merging.goes_along(kept, lost),
        }
        return render(self.request, "parties/side_by_side.html", context, status=422 if missing else status)

    def field(self, name: str, kept: Party, lost: Party, choices: dict[str, str], missing: bool) -> dict[str, Any]:
        """One line of the comparison. What only one of them has, is taken unless somebody says otherwise."""
        mine, theirs = getattr(kept, name), getattr(lost, name)
        chosen = choices.get(name, "")
        if not chosen and not missing and mine != theirs and (not mine or not theirs):
            chosen = KEPT if mine else LOST
        return {
            "name": name,
            "label": self.label(name),
            "differs": mine != theirs,
            "kept": self.shown(kept, name),
            "lost": self.shown(lost, name),
            "chosen": chosen,
            "result": self.shown(lost if chosen == LOST else kept, name),
            "missing": missing,
        }

    def label(self, name: str) -> str:
        field = Party._meta.get_field(name)
        return str(field.verbose_name).capitalize() if isinstance(field, models.Field) else name

    def shown(self, party: Party, name: str) -> str:
        value = getattr(party, name)
        if not value:
            return ""
        if name == "preference":
            return party.get_preference_display()
        return formats.date_format(value, "j F Y") if name.endswith(("date", "_on")) else str(value)


class Merges(MergingView):
    """What was merged, the newest first: a mistake is taken back here."""

    model = Merge

    def get(self, request: HttpRequest) -> HttpResponse:
        merges = self.get_queryset().select_related("kept", "lost", "by", "undone_by")
        page = paginate(merges, order=["-at", "-pk"], cursor=request.GET.get("vanaf"), size=PAGE_SIZE)
        self.seen(party for made in page.rows for party in (made.kept, made.lost))
        now = timezone.now()
        context = {
            "header_title": _("Merges"),
            "breadcrumbs_items": _crumbs(("", _("Merges"))),
            "page": page,
            "rows": [(made, made.can_be_undone(now)) for made in page.rows],
        }
        return render(request, "parties/merges.html", context)


class UndoMerge(MergingView):
    """Take a merge back: everything returns, and for what was added since a person says whose it is."""

    model = Merge

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(self.get_object())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        made: Merge = self.get_object()
        added = merging.added_since(made)
        answers = {each.name: request.POST.get(each.name, "") for each in added}
        if any(answer not in (KEPT, LOST) for answer in answers.values()):
            return self.page(
                made, answers=answers, error=_("Say of everything that was added whose it is."), status=422
            )
        theirs = [name for name, answer in answers.items() if answer == LOST]
        try:
            left = merging.undo(merge=made, theirs=theirs, by=Actor.staff(self.user), at=timezone.now())
        except MergeRefused as refused:
            return self.page(made, answers=answers, error=str(refused), status=409)
        said = _("%(one)s and %(other)s are two again.") % {"one": made.kept, "other": made.lost}
        if left:
            said += " " + ngettext(
                "%(number)s thing was changed meanwhile and stayed as it was: look at both records.",
                "%(number)s things were changed meanwhile and stayed as they were: look at both records.",
                left,
            ) % {"number": left}
        messages.success(request, said)
        return redirect(made.lost)

    def page(
        self, made: Merge, *, answers: dict[str, str] | None = None, error: str = "", status: int = 200
    ) -> HttpResponse:
        self.seen([made.kept, made.lost])
        impossible = merging.cannot_be_undone(made, timezone.now())
        context = {
            "header_title": _("Undo a merge"),
            "breadcrumbs_items": _crumbs((reverse("parties:merges"), _("Merges")), ("", _("Undo"))),
            "merge": made,
            "impossible": impossible,
            "error": "" if impossible else error,
            "added": [(each, (answers or {}).get(each.name, "")) for each in merging.added_since(made)],
        }
        return render(self.request, "parties/undo_merge.html", context, status=status)
