"""What editors do with whole forms. Each verb is one transaction."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from core.models import User
from forms.models import FormDefinition, FormVersion


class Locked(Exception):
    """Somebody else locked the form."""


class NotRestorable(Exception):
    """The version dates from before its blocks were kept."""


@transaction.atomic
def restore(*, definition: FormDefinition, version: FormVersion, by: User) -> FormDefinition:
    """Make the content of an old version the draft. What is published stays so. Raises Locked, NotRestorable."""
    held = FormDefinition.objects.select_for_update().get(pk=definition.pk)
    refuse_locked(held, by)
    if version.body is None:
        raise NotRestorable
    draft = held.get_latest_revision_as_object()
    draft.body = version.body
    draft.title = version.schema["title"]
    draft.intro = version.schema["intro"]
    draft.privacy = version.schema["privacy"]
    draft.save_revision(user=by, log_action=True)
    return draft


def refuse_locked(definition: FormDefinition, by: User) -> None:
    lock = definition.get_lock()
    if lock and lock.for_user(by):
        raise Locked


def raw_body(definition: FormDefinition) -> list[dict[str, Any]]:
    """The blocks as they are stored."""
    return json.loads(json.dumps(definition.body.get_prep_value(), cls=DjangoJSONEncoder))
