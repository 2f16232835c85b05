"""Where something of somebody is left: every column of every table, what is encrypted, waiting jobs, and every file."""

import json
import os
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pypdfium2
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.storage import FileSystemStorage, storages
from django.db import connection
from django_q.models import OrmQ, Task

from core.fields import EncryptedField, SealedJSONField


def traces(*planted: str) -> list[str]:
    """Where any of these words stands, whatever its case. Each place once."""
    words = [word.lower() for word in planted]
    return sorted({*_columns(words), *_sealed(words), *_jobs(words), *_files(words)})


def _columns(words: list[str]) -> Iterator[str]:
    """As the database tells which there are: no model is asked."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            quote = connection.ops.quote_name
            for column in connection.introspection.get_table_description(cursor, table):
                matches = " OR ".join(f"LOWER(CAST({quote(column.name)} AS TEXT)) LIKE %s" for _word in words)
                cursor.execute(f"SELECT count(*) FROM {quote(table)} WHERE {matches}", [f"%{word}%" for word in words])
                if cursor.fetchone()[0]:
                    yield f"{table}.{column.name}"


def _sealed(words: list[str]) -> Iterator[str]:
    """What is only readable with the key, and what a session holds."""
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedField | SealedJSONField):
                values = model._base_manager.values_list(field.name, flat=True)
                if _among((json.dumps(value, default=str) for value in values), words):
                    yield f"{model._meta.db_table}.{field.name} (decrypted)"
    if _among((json.dumps(session.get_decoded()) for session in Session.objects.all()), words):
        yield "django_session (decoded)"


def _jobs(words: list[str]) -> Iterator[str]:
    said = [str(job.task()) for job in OrmQ.objects.all()]
    said += [f"{task.args} {task.kwargs} {task.result}" for task in Task.objects.all()]
    if _among(said, words):
        yield "django_q (unpacked)"


def _files(words: list[str]) -> Iterator[str]:
    private = storages["private"]
    assert isinstance(private, FileSystemStorage)
    folders = {Path(private.location), Path(settings.MEDIA_ROOT), Path(os.environ["LOKET_VAR"])}
    for folder in folders:
        for path in folder.rglob("*"):
            if not path.is_file() or path.suffix in {".sqlite3", ".db"} or "static" in path.parts:
                continue
            if _among([path.name, *said_in(path.read_bytes())], words):
                yield f"file {path.relative_to(folder)}"


def said_in(content: bytes) -> Iterator[str]:
    """The text of a file: of what is packed in it, and of the pages of a PDF."""
    yield content.decode("utf-8", "ignore")
    yield content.decode("utf-16", "ignore")
    if content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(content)) as zipped:
            for name in zipped.namelist():
                yield name
                yield from said_in(zipped.read(name))
    elif content.startswith(b"%PDF"):
        document = pypdfium2.PdfDocument(content)
        for page in document:
            yield page.get_textpage().get_text_bounded()
        document.close()


def _among(said: Iterator[str] | list[str], words: list[str]) -> bool:
    return any(word in text.lower() for text in said for word in words)
