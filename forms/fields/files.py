from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.documents import KINDS, BadFile, labels
from core.publishing import Problem
from forms.conditions import Comparable, Kind
from forms.fields.base import Definition, FieldType, QuestionBlock, Retention, with_settings
from forms.json_shape import Shape
from integrations.received import ReceivedFile, receive, too_large
from integrations.scanning import QuickScan

MOST_FILES = 20
MOST_MEGABYTES = 25


class FilesBlock(QuestionBlock):
    kinds = blocks.MultipleChoiceBlock(
        choices=[(kind.name, kind.label) for kind in KINDS.values()],
        default=["pdf", "jpg", "png", "heic"],
        widget=forms.CheckboxSelectMultiple,
        label=_("Kinds of files"),
        help_text=_("Pictures are made anew: where and when they were taken is removed."),
    )
    max_files = blocks.IntegerBlock(label=_("Most files"), min_value=1, max_value=MOST_FILES, default=5)
    max_megabytes = blocks.IntegerBlock(
        label=_("Largest file, in MB"), min_value=1, max_value=MOST_MEGABYTES, default=10
    )

    class Meta:
        form_layout = with_settings("kinds", "max_files", "max_megabytes")


class FilesInput(forms.FileInput):
    """The files that are there, each with a button to remove it, and a way to add more."""

    template_name = "forms/widgets/files.html"
    allow_multiple_selected = True
    address = ""
    """Where a script adds and removes files without leaving the page."""

    def __init__(self, *, max_files: int, max_megabytes: int, accept: str) -> None:
        self.max_megabytes = max_megabytes
        super().__init__({"multiple": max_files > 1, "accept": accept})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        return list(files.getlist(name)) if hasattr(files, "getlist") else []

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        context["widget"] |= {
            "uploads": list(value or []),
            "address": self.address,
            "megabytes": self.max_megabytes,
            "too_large": about("%{name}", too_large(self.max_megabytes)),
        }
        return context


class FilesField(forms.FileField):
    """Adds files to those that are there (``initial``, Uploads). One bad file does not take the good ones with it."""

    received: Sequence[ReceivedFile] = ()
    """The new files that may be kept, also when there is an error about others."""
    refused: Sequence[str] = ()
    """What is wrong with the new files that may not."""

    def __init__(self, *, kinds: list[str], max_files: int, max_megabytes: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kinds = [KINDS[kind] for kind in kinds]
        self.max_files, self.max_megabytes = max_files, max_megabytes

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        earlier, errors = list(initial or []), []
        received: list[ReceivedFile] = []
        refused: list[str] = []
        new = [file for file in data or [] if hasattr(file, "chunks")]
        quick_scan = QuickScan()
        for upload in earlier:
            if upload.is_infected:
                errors.append(virus_found_later(upload.name))
        for file in new:
            try:
                if len(earlier) + len(received) >= self.max_files:
                    raise BadFile(too_many(self.max_files))
                received.append(receive(file, allowed=self.kinds, megabytes=self.max_megabytes, quick_scan=quick_scan))
            except BadFile as bad:
                refused.append(about(str(file.name), bad))
        self.received, self.refused = received, refused
        if self.required and not (earlier or new):
            raise ValidationError(self.error_messages["required"], code="required")
        if errors or refused:
            raise ValidationError([*errors, *refused])
        return [*earlier, *received]

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What a browser sends is not shown again; what is kept is."""
        return initial


def about(name: str, message: object) -> str:
    """An error of one file among several."""
    return gettext("%(name)s: %(message)s") % {"name": name, "message": message}


def too_many(most: int) -> str:
    return (
        ngettext("You can add %d file.", "You can add at most %d files.", most) % most
        + " "
        + gettext("Remove one first if you want to add this one.")
    )


def virus_found_later(name: str) -> str:
    return about(name, gettext("There is a virus in this file. We threw it away. Remove it from the list to go on."))


class FilesType(FieldType):
    name = "files"
    formidable_type = "file"
    block_class = FilesBlock
    label = _("Files")
    icon = "doc-full"
    description = _("Documents or pictures. You choose which kinds, how many and how large; Loket checks them.")
    form_field = FilesField
    is_file = True
    kind = Kind.PRESENCE
    retention = Retention.PERSONAL
    repeatable = False

    def definition(self, value: Any, key: str, keys: dict[str, str] | None = None) -> Definition:
        definition = super().definition(value, key, keys)
        definition["parameters"] |= {
            "kinds": [kind for kind in KINDS if kind in (value.get("kinds") or [])],
            "max_files": value.get("max_files"),
            "max_megabytes": value.get("max_megabytes"),
        }
        return definition

    def problems(self, value: Any, where: str) -> list[Problem]:
        found = []
        if not set(value.get("kinds") or []) & set(KINDS):
            found.append(Problem(where, gettext("Choose at least one kind of file.")))
        if not 1 <= (value.get("max_files") or 0) <= MOST_FILES:
            found.append(Problem(where, gettext("Let people add between 1 and %d files.") % MOST_FILES))
        if not 1 <= (value.get("max_megabytes") or 0) <= MOST_MEGABYTES:
            found.append(Problem(where, gettext("Let a file be between 1 and %d MB.") % MOST_MEGABYTES))
        return found

    def widget(self, definition: Definition) -> forms.Widget:
        kinds = [KINDS[kind] for kind in definition["parameters"]["kinds"]]
        accept = ",".join([*(e for kind in kinds for e in kind.extensions), *(kind.media_type for kind in kinds)])
        return FilesInput(
            max_files=definition["parameters"]["max_files"],
            max_megabytes=definition["parameters"]["max_megabytes"],
            accept=accept,
        )

    def field_kwargs(self, definition: Definition) -> dict[str, Any]:
        parameters = definition["parameters"]
        limits = ngettext(
            "You can add %(count)d file of at most %(megabytes)d MB: %(kinds)s.",
            "You can add %(count)d files of at most %(megabytes)d MB each: %(kinds)s.",
            parameters["max_files"],
        ) % {
            "count": parameters["max_files"],
            "megabytes": parameters["max_megabytes"],
            "kinds": labels([KINDS[kind] for kind in parameters["kinds"]]),
        }
        return {
            "kinds": parameters["kinds"],
            "max_files": parameters["max_files"],
            "max_megabytes": parameters["max_megabytes"],
            "help_text": f"{definition['description']} {limits}".strip(),
        }

    def answer_shape(self, definition: Definition) -> Shape:
        return {
            "type": "array",
            "items": super().answer_shape(definition),
            "maxItems": definition["parameters"]["max_files"],
        }

    def form_data(self, answer: Any) -> Any:
        """Files are never posted again; the earlier uploads stand for them."""
        return None

    def display(self, answer: Any, definition: Definition) -> str:
        return "\n".join(item["name"] for item in answer or [])

    def comparable(self, answer: Any, definition: Definition) -> Comparable:
        return "filled" if answer else None
