"""A new person or organisation, after a look at who is there already."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.models import AccessLog
from core.views import ScopedView
from parties import actions
from parties.forms import NewPartyForm
from parties.models import Party


class NewParty(ScopedView):
    """Nothing is made twice by accident: whoever has the same number, address or phone is shown first."""

    model = Party
    permission = "parties.add_party"

    def show(self, form: NewPartyForm, *, status: int = 200, **context: Any) -> HttpResponse:
        title = _("New person or organisation")
        context |= {
            "header_title": title,
            "breadcrumbs_items": [
                {"url": reverse("parties:list"), "label": _("Persons and organisations")},
                {"url": "", "label": title},
            ],
            "title": title,
            "form": form,
        }
        return render(self.request, "parties/new.html", context, status=status)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(NewPartyForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewPartyForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        given = dict(form.cleaned_data)
        seen = given.pop("seen")
        if "somebody_else" not in request.POST:
            seen = []
        try:
            party = actions.register(**given, not_one_of=seen, by=Actor.staff(self.user), at=timezone.now())
        except actions.LooksKnown as known:
            AccessLog.objects.record_all(user=self.user, action="search", objects=known.candidates, at=timezone.now())
            data = request.POST.copy()
            data["seen"] = ",".join(str(candidate.pk) for candidate in known.candidates)
            return self.show(NewPartyForm(data), status=409, known=known)
        except actions.NumberTaken as taken:
            form.add_error("number", str(taken))
            return self.show(form, status=422, holder=taken.holder)
        messages.success(request, _("%(name)s is registered.") % {"name": party.name})
        return redirect(party)
