"""Encrypts again, with the first of LOKET_ENCRYPTION_KEYS, what an older one still keeps."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, models, transaction
from django.db.models import TextField, Value
from django.db.models.functions import Cast

from core.encryption import CannotDecrypt, decrypt, encrypt, is_encrypted, uses_newest_key
from core.fields import EncryptedField, SealedJSONField

Kept = EncryptedField | SealedJSONField
RAW = "_raw_{}"


class Command(BaseCommand):
    help = (
        "Encrypt again, with the first of LOKET_ENCRYPTION_KEYS, everything that an older key still keeps. It may be"
        " stopped at any time: run it again, and it goes on. When it ends well, the older keys can be taken away."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", type=int, default=500, help="rows per transaction (500)")

    def handle(self, *args: Any, **options: Any) -> None:
        unsolved = 0
        for model in apps.get_models():
            fields = [f for f in model._meta.local_fields if isinstance(f, Kept)]
            if fields and not model._meta.proxy:
                counts = self.rotate(model, fields, options["batch"])
                unsolved += counts["unreadable"] + counts["double"]
                self.stdout.write(
                    f"{model._meta.label}: {counts['done']} encrypted again, {counts['fresh']} were already,"
                    f" {counts['unreadable']} cannot be read, {counts['double']} stand twice."
                )
        if unsolved:
            raise CommandError("Keep the older keys: see above what is not solved.")
        self.stdout.write("Everything is kept by the first key. The others can be taken away.")

    def rotate(self, model: type[models.Model], fields: list[Kept], batch: int) -> Counter[str]:
        counts: Counter[str] = Counter()
        last: Any = None
        while True:
            with transaction.atomic():
                rows = model._base_manager.select_for_update(of=("self",)).order_by("pk")
                rows = rows.annotate(
                    **{RAW.format(f.name): Cast(f.name, TextField()) for f in fields if isinstance(f, EncryptedField)}
                )
                page = list((rows if last is None else rows.filter(pk__gt=last))[:batch])
                for row in page:
                    counts[self.renew(row, fields)] += 1
            if not page:
                return counts
            last = page[-1].pk

    def renew(self, row: models.Model, fields: list[Kept]) -> str:
        """What became of the row, in one word. The caller holds it, so nobody changes it meanwhile."""
        changed: dict[str, Any] = {}
        try:
            for field in fields:
                if isinstance(field, EncryptedField):
                    token = getattr(row, RAW.format(field.name))
                    if token is not None and not uses_newest_key(token):
                        changed[field.name] = Value(encrypt(decrypt(token)), output_field=TextField())
                else:
                    kept = getattr(row, field.attname)
                    if (renewed := _renewed(kept)) != kept:
                        changed[field.name] = renewed
        except CannotDecrypt:
            self.stderr.write(f"{row._meta.label} {row.pk} cannot be read with any of the keys.")
            return "unreadable"
        if not changed:
            return "fresh"
        keyed_hashes = getattr(row, "keyed_hashes", dict)
        try:
            with transaction.atomic():
                type(row)._base_manager.filter(pk=row.pk).update(**changed, **keyed_hashes())
        except IntegrityError:
            self.stderr.write(f"{row._meta.label} {row.pk}: another row says the same. Merge them, and try again.")
            return "double"
        return "done"


def _renewed(value: Any) -> Any:
    """The same JSON, with every encrypted text in it kept by the newest key."""
    if isinstance(value, dict):
        return {key: _renewed(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_renewed(part) for part in value]
    if is_encrypted(value) and not uses_newest_key(value):
        return encrypt(decrypt(value))
    return value
