"""A choice was a line of text; it is now a struct with a label, so that it may have a hint and an amount too.

Blocks of choices keep their ids: the values under which they are published hang on those.
"""

import json
from uuid import uuid4

from django.db import migrations


def changed(body, change):
    """The same stream with ``change`` applied to the options of each question of the type choice; None if it has none."""
    found = []

    def walk(part):
        if isinstance(part, list):
            return [walk(one) for one in part]
        if not isinstance(part, dict):
            return part
        part = {name: walk(one) for name, one in part.items()}
        value = part.get("value")
        if part.get("type") == "choice" and isinstance(value, dict) and isinstance(value.get("options"), list):
            found.append(part)
            part["value"] = value | {"options": [change(option) for option in value["options"]]}
        return part

    walked = walk(body)
    return walked if found else None


def to_struct(option):
    if isinstance(option, str):  # written by a program, never saved in the editor
        option = {"type": "item", "id": str(uuid4()), "value": option}
    if isinstance(option.get("value"), str):
        return option | {"value": {"label": option["value"], "hint": "", "amount": None}}
    return option


def to_line(option):
    value = option.get("value")
    return option | {"value": value["label"]} if isinstance(value, dict) else option


def rewrite(apps, change):
    FormDefinition = apps.get_model("forms", "FormDefinition")
    for pk, body in FormDefinition.objects.values_list("pk", "body"):
        if (new := changed(body, change)) is not None:
            FormDefinition.objects.filter(pk=pk).update(body=new)
    Revision = apps.get_model("wagtailcore", "Revision")
    drafts = Revision.objects.filter(content_type__app_label="forms", content_type__model="formdefinition")
    for revision in drafts.only("content").iterator(chunk_size=200):
        body = revision.content.get("body")
        as_text = isinstance(body, str)
        new = changed(json.loads(body) if as_text else body, change) if body else None
        if new is not None:
            content = revision.content | {"body": json.dumps(new) if as_text else new}
            Revision.objects.filter(pk=revision.pk).update(content=content)


def forwards(apps, schema_editor):
    rewrite(apps, to_struct)


def backwards(apps, schema_editor):
    rewrite(apps, to_line)


class Migration(migrations.Migration):
    dependencies = [("forms", "0001_initial"), ("wagtailcore", "0098_apitoken"), ("contenttypes", "0002_remove_content_type_name")]

    operations = [migrations.RunPython(forwards, backwards)]
