"""Whoever was merged leads to the party that remains."""

from django.db import connection

from parties.models import Party


def remaining(party: Party) -> Party:
    """The party itself, or the one that it was merged into.

    On PostgreSQL it is held until the transaction ends, lightly: others may do the same, but a merge waits. So what
    this transaction attaches to the party is there when the merge moves everything, or else the merge was first and
    is seen here. On SQLite there is one writer at a time.
    """
    lock = " FOR KEY SHARE" if connection.vendor == "postgresql" and connection.in_atomic_block else ""
    key, end = party.pk, party
    while True:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT merged_into_id FROM parties_party WHERE id = %s{lock}", [key])  # noqa: S608
            row = cursor.fetchone()
        if row is None or row[0] is None:
            return end
        key = row[0]
        end = Party.objects.get(pk=key)
