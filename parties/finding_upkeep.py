"""What finding reads, mended: after a migration, and every night."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from parties.models import Address, Party, SearchWord, WordKey
from parties.name_words import sound, word_rows
from parties.search_guards import SOUND, keys

CHUNK = 500


def tidy() -> None:
    """Names of parties that were saved while the guards were not there are taken up; words that nobody bears any more
    (somebody's data were erased) are forgotten."""
    words = SearchWord.objects.filter(party=OuterRef("pk"), address__isnull=True)
    take_up_parties(Party.objects.exclude(name="").filter(~Exists(words)))
    take_up_addresses(Address.objects.filter(~Exists(SearchWord.objects.filter(address=OuterRef("pk")))))
    WordKey.objects.filter(~Exists(SearchWord.objects.filter(word=OuterRef("word")))).delete()


def take_up_parties(parties: Any, search_word: Any = SearchWord, word_key: Any = WordKey) -> None:
    rows = (
        {"source": kind, "word": word, "rest": rest, "party_id": pk}
        for pk, kind, name in parties.values_list("pk", "kind", "name").iterator(CHUNK)
        for word, rest in word_rows(name)
    )
    _keep(rows, search_word, word_key)


def take_up_addresses(addresses: Any, search_word: Any = SearchWord, word_key: Any = WordKey) -> None:
    columns = ("pk", "party_id", "street", "number", "box", "postcode", "town")
    rows = (
        {"source": "address", "word": word, "rest": rest, "party_id": party, "address_id": pk}
        for pk, party, street, *tail in addresses.values_list(*columns).iterator(CHUNK)
        for word, rest in word_rows(street, " ".join(tail))
    )
    _keep(rows, search_word, word_key)


def _keep(rows: Iterable[dict[str, Any]], search_word: Any, word_key: Any) -> None:
    for chunk in _chunks(rows):
        with transaction.atomic():
            search_word.objects.bulk_create(search_word(**row) for row in chunk)
            words = {row["word"] for row in chunk}
            known = set(word_key.objects.filter(word__in=words).values_list("word", flat=True))
            word_key.objects.bulk_create(
                word_key(key=key, word=word) for word in sorted(words - known) for key in _keys(word)
            )


def _keys(word: str) -> list[str]:
    return keys(word) if connection.vendor == "sqlite" else [SOUND + sound(word)]


def _chunks(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Lists of a bounded length."""
    waiting = iter(rows)
    while chunk := list(islice(waiting, CHUNK)):
        yield chunk
