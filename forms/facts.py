"""The questions that dossiers may be routed on: choices of the forms that are published."""

from collections.abc import Iterator

from forms.fields import registry
from forms.models import FormVersion
from forms.schema import fields_of


def questions() -> Iterator[tuple[str, str]]:
    """Key of the answer, and "form: question"."""
    newest = FormVersion.objects.filter(definition__live=True).order_by("definition_id", "-number")
    seen: set[int] = set()
    for version in newest.only("definition_id", "schema"):
        if version.definition_id in seen:
            continue
        seen.add(version.definition_id)
        for field in fields_of(version.schema):
            if registry[field["parameters"]["type"]].routable:
                yield field["slug"], f"{version.schema['title']}: {field['label']}"
