"""Whether a published form still works today: what it needs around it, and what it took from lists and libraries.

Only what somebody must put right: a map that is not set, for example, leaves the words, so it is no problem.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from core.documents import KINDS
from forms import runtime, schema
from forms.blocks import StepsBlock
from forms.fields import registry
from forms.fields.base import Definition
from forms.models import FormDefinition, FormVersion, QuestionGroup
from forms.portable import all_blocks
from forms.towns import towns
from integrations import clamav, health
from videos.models import Media

SCANNER_SECONDS = 5.0


@dataclass(frozen=True)
class Surroundings:
    """What every form stands in, looked at once for all of them."""

    at: datetime

    @cached_property
    def mail_leaves(self) -> bool:
        return health.can_leave("mail", self.at)

    @cached_property
    def scanner(self) -> str:
        """What is wrong with the virus scanner; '' when nothing is."""
        if not settings.CLAMAV:
            return _("There is no virus scanner.")
        if not clamav.ping(settings.CLAMAV, seconds=SCANNER_SECONDS):
            return _("The virus scanner does not answer.")
        return ""

    @cached_property
    def knows_towns(self) -> bool:
        try:
            return bool(towns("2640"))
        except (OSError, ValueError, KeyError):  # the list is not where it was, or cannot be read
            return False


def live_problems(definition: FormDefinition, around: Surroundings) -> Iterator[str]:
    """Sentences: why the published form does not work as it should."""
    version = definition.current_version
    if version is None:
        yield _("It is published, but has no version.")
        return
    try:
        runtime.check(version.schema)
    except (runtime.InvalidSchema, runtime.UnknownRole, KeyError, ValueError, TypeError):
        yield _("Its questions cannot be shown any more. Publish it again.")
        return
    yield from _of_process_type(definition)
    yield from _of_mail(definition, around)
    fields = list(_all_fields(version.schema))
    yield from _of_files(fields, around)
    if any(_asks_address(field) for field in fields) and not around.knows_towns:
        yield _("The list of municipalities cannot be read, so no address can be checked. Ask a manager to look at it.")
    for field in fields:
        if field["parameters"]["type"] == "video":
            yield from _of_video(field)
    yield from _of_shared_questions(version)


def _of_process_type(definition: FormDefinition) -> Iterator[str]:
    process_type = definition.process_type
    if process_type is None or process_type.current_version is None:
        yield _("Its process type is not published any more.")
    elif not process_type.team_id or not process_type.confirmation_id:
        yield _("Its process type has no team or no confirmation letter.")
    elif not process_type.team.members.filter(is_active=True).exists():
        yield _("The team “%(team)s” has no members, so nobody sees the dossiers.") % {"team": process_type.team}


def _of_mail(definition: FormDefinition, around: Surroundings) -> Iterator[str]:
    if around.mail_leaves:
        return
    if definition.cosigners_max:
        yield _(
            "No mail can leave now. Citizens get no confirmation and no link to go on later, and whoever must sign "
            "too is not asked. Ask a manager to look at the outgoing messages."
        )
    else:
        yield _(
            "No mail can leave now. Citizens get no confirmation and no link to go on later. "
            "Ask a manager to look at the outgoing messages."
        )


def _of_files(fields: list[Definition], around: Surroundings) -> Iterator[str]:
    """Pictures are made anew, so staff see them unscanned; documents they do not (docs/rules/uploads.md)."""
    documents = [field for field in fields if _takes_documents(field)]
    if documents and not settings.UNSCANNED_FILES and around.scanner:
        labels = ", ".join(f"“{field['label']}”" for field in documents)
        yield _("%(why)s Staff cannot open the documents of %(questions)s. Ask a manager to look at it.") % {
            "why": around.scanner,
            "questions": labels,
        }


def _of_video(field: Definition) -> Iterator[str]:
    video = Media.objects.filter(pk=field["parameters"]["media"], type="video").select_related("collection").first()
    title = {"title": field["parameters"]["title"] or (video.title if video else "–")}
    if video is None:
        yield _("The video “%(title)s” is not in the library any more. Choose another one and publish.") % title
    elif not video.file or not video.file.storage.exists(video.file.name):
        yield _("The file of the video “%(title)s” is gone. Add it again in the library.") % title
    elif video.collection.get_view_restrictions().exists():
        yield _("The video “%(title)s” is in a private collection, so citizens may not see it. Move it.") % title


def _of_shared_questions(version: FormVersion) -> Iterator[str]:
    """The questions themselves are in the version; what changed in them since, citizens do not see."""
    used = {
        child["id"]: child["value"].get("group")
        for child in all_blocks(version.body or [])
        if child["type"] == "shared"
    }
    groups = QuestionGroup.objects.in_bulk([pk for pk in used.values() if pk])
    if any(pk not in groups for pk in used.values()):
        yield _("It uses shared questions that were deleted. Choose others and publish again.")
    there = {block: groups[pk] for block, pk in used.items() if pk in groups}
    if not there:
        return
    today = _groups_of(_compiled_today(version))
    published = _groups_of(version.schema)
    for title in dict.fromkeys(group.title for block, group in there.items() if today[block] != published[block]):
        yield _("The shared questions “%(title)s” were changed after it was published. Publish it again.") % {
            "title": title
        }


def _compiled_today(version: FormVersion) -> schema.Schema:
    """The blocks of a version, with the shared questions as they are now."""
    old = version.schema
    return schema.build(
        title=old["title"],
        intro=old["intro"],
        privacy=old["privacy"],
        body=StepsBlock().to_python(version.body),
        on_behalf=old.get("on_behalf", ""),
        sign_in=old["sign_in"],
        earlier=old["keys"],
    )


def _groups_of(made: schema.Schema) -> dict[str, Any]:
    """By block of a group: what citizens see of it. Nothing else, since a newer Loket may keep more of a question."""
    return {
        block: (
            group["title"],
            group["intro"],
            [_seen(field) for field in step["fields"] if field["parameters"]["group"] == block],
        )
        for step in made["steps"]
        for block, group in step["groups"].items()
    }


def _seen(field: Definition) -> Any:
    parameters = field["parameters"]
    return (
        parameters["type"],
        field["label"],
        field["description"],
        registry[parameters["type"]].choices(field),
        schema.is_required(field),
        parameters["when"],
        [_seen(inner) for inner in parameters.get("fields", ())],
    )


def _all_fields(made: schema.Schema) -> Iterator[Definition]:
    for field in schema.fields_of(made):
        yield field
        yield from field["parameters"].get("fields", ())


def _takes_documents(field: Definition) -> bool:
    kinds = field["parameters"].get("kinds", ())
    return runtime.is_file(field) and any(not KINDS[kind].is_picture for kind in kinds)


def _asks_address(field: Definition) -> bool:
    return field["parameters"]["type"] == "address" or bool(field["parameters"].get("address"))
