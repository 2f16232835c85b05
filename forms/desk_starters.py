"""Filling in a form for who is on the phone or at the desk, as a part of the conversation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from core.actors import Actor
from core.models import User
from dossiers.models import Conversation
from forms import actions, gate
from forms.desk import PERMISSION
from forms.models import FormDefinition
from forms.on_behalf import allowed, choices
from forms.refusals import refused
from forms.roles import ActingFor, Role
from forms.views import begin


class FormStarters:
    """The forms that citizens fill in, in the role of the desk."""

    def offered(self, user: User) -> list[tuple[str, str]]:
        if not user.has_perm(PERMISSION):
            return []
        return list(FormDefinition.objects.filter(live=True).order_by("title").values_list("slug", "title"))

    def begin(self, key: str, conversation: Conversation, request: HttpRequest) -> HttpResponse:
        """For the organisation that somebody speaks for, where the form may be filled in for one."""
        definition = get_object_or_404(FormDefinition, slug=key, live=True)
        version = get_object_or_404(definition.versions.order_by("-number")[:1])
        possible = choices(allowed(version.schema))
        now = timezone.now()
        for_another = conversation.organisation is not None and ActingFor.ORGANISATION in possible
        assert isinstance(request.user, User)  # noqa: S101  the desk is for staff
        try:
            draft = actions.start(
                version=version,
                role=Role.DESK,
                acting_for=ActingFor.ORGANISATION if for_another else possible[0],
                conversation=conversation,
                by=Actor.staff(request.user),
                at=now,
                visitor=gate.Visitor.of(request),
            )
        except gate.Refused as refusal:
            return refused(request, refusal, draft=None, at=now)
        return begin(request, draft, now)
