"""The database itself takes names and streets apart, so that a party saved by whatever road is found at once.

Also one that came in by COPY, by a bulk change or from another program: triggers on the tables of parties and addresses
keep ``SearchWord`` and ``WordKey``. SQLite calls the Python of ``parties/name_words.py``; PostgreSQL has it in its own
language, made from the same data.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection as database
from django.db.backends.base.base import BaseDatabaseWrapper

from core import triggers
from parties import name_words
from parties.name_words import (
    DROPPED,
    LONGEST_REST,
    LONGEST_WORD,
    MARKS,
    MOST_TOKENS,
    PARTICLES,
    PLAIN_LETTERS,
    SEPARATORS,
    SOUNDS,
)

PARTY, ADDRESS = "parties_party", "parties_address"
STREET = "{0}.street, {0}.number || ' ' || {0}.box || ' ' || {0}.postcode || ' ' || {0}.town"
SOUND, SLIP = "s:", "d:"


def connect(*, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """SQLite's triggers call these; a connection that does not know them cannot change a party."""
    if connection.vendor == "sqlite":
        create = connection.connection.create_function
        create("loket_word_rows", 2, lambda head, tail: _json(name_words.word_rows(head, tail)), deterministic=True)
        create("loket_word_keys", 1, lambda word: _json(keys(word)), deterministic=True)


def keys(word: str) -> list[str]:
    """What leads to this word on SQLite: its sound, and the word less a letter. PostgreSQL has trigrams for those."""
    slips = sorted(name_words.slips(word)) if name_words.forgiven(word) else []
    return [SOUND + name_words.sound(word), *(SLIP + slip for slip in slips)]


def _json(value: Any) -> str:
    return json.dumps(value)


# --- SQLite


def _sqlite(source: str, address: str, text: str) -> str:
    return f"""BEGIN
    DELETE FROM parties_searchword WHERE {_mine(address)};
    INSERT INTO parties_searchword (source, word, rest, party_id, address_id)
        SELECT {source}, json_extract(value, '$[0]'), json_extract(value, '$[1]'), {_party(address)}, {address}
        FROM json_each(loket_word_rows({text}));
    INSERT INTO parties_wordkey (key, word)
        SELECT made.value, fresh.word
        FROM (SELECT DISTINCT word FROM parties_searchword WHERE {_mine(address)}) fresh,
            json_each(loket_word_keys(fresh.word)) made
        WHERE NOT EXISTS (SELECT 1 FROM parties_wordkey known WHERE known.word = fresh.word);
END"""  # noqa: S608  names of columns


def _mine(address: str) -> str:
    return "party_id = NEW.id AND address_id IS NULL" if address == "NULL" else "address_id = NEW.id"


def _party(address: str) -> str:
    return "NEW.id" if address == "NULL" else "NEW.party_id"


_PARTY_ROWS = _sqlite("NEW.kind", "NULL", "NEW.name, ''")
_ADDRESS_ROWS = _sqlite("'address'", "NEW.id", STREET.format("NEW"))


# --- PostgreSQL


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _nested(start: str, steps: list[tuple[str, str, str]]) -> str:
    made = start
    for function, what, into in steps:
        more = ", 'g'" if function == "regexp_replace" else ""
        made = f"{function}({made}, {_quoted(what)}, {_quoted(into)}{more})"
    return made


_FOLD = _nested(
    'normalize(lower(text_in COLLATE "und-x-icu"), NFKD)',
    [
        ("regexp_replace", MARKS.encode("unicode_escape").decode(), ""),
        *(("replace", letter, written) for letter, written in PLAIN_LETTERS.items()),
        ("regexp_replace", DROPPED, ""),
        ("regexp_replace", SEPARATORS, " "),
    ],
)
_SOUND = _nested('word COLLATE "C"', [("regexp_replace", pattern, written) for pattern, written in SOUNDS])
_PARTICLES = "ARRAY[" + ", ".join(_quoted(each) for each in sorted(PARTICLES)) + "]"

POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION loket_fold(text_in text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT btrim({_FOLD}, ' ')
$$;

CREATE OR REPLACE FUNCTION loket_sound(word text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT {_SOUND}
$$;

CREATE OR REPLACE FUNCTION loket_words(text_in text)
    RETURNS TABLE (word text, first int, last int, place int) LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    tokens text[] := '{{}}'; parts text[]; chunk text; start int := 1;
    joined text[] := '{{}}'; joined_first int[] := '{{}}'; joined_last int[] := '{{}}';
BEGIN
    place := 0;
    FOREACH chunk IN ARRAY string_to_array(loket_fold(text_in), ' ') LOOP
        parts := array_remove(string_to_array(chunk, '-'), '');
        IF cardinality(parts) > 1 THEN
            joined := joined || array_to_string(parts, '');
            joined_first := joined_first || cardinality(tokens) + 1;
            joined_last := joined_last || cardinality(tokens) + cardinality(parts);
        END IF;
        tokens := tokens || parts;
    END LOOP;
    tokens := tokens[1:{MOST_TOKENS}];
    FOR ending IN 1 .. cardinality(tokens) LOOP
        CONTINUE WHEN ending < cardinality(tokens) AND tokens[ending] = ANY ({_PARTICLES});
        FOR one IN start .. ending LOOP
            word := array_to_string(tokens[one:ending], '');
            first := one; last := ending; place := place + 1;
            RETURN NEXT;
        END LOOP;
        FOR one IN start .. ending - 1 LOOP
            word := tokens[one]; first := one; last := one; place := place + 1;
            RETURN NEXT;
        END LOOP;
        start := ending + 1;
    END LOOP;
    FOR one IN 1 .. cardinality(joined) LOOP
        word := joined[one]; first := joined_first[one]; last := joined_last[one]; place := place + 1;
        RETURN NEXT;
    END LOOP;
END $$;

CREATE OR REPLACE FUNCTION loket_word_rows(head text, tail text)
    RETURNS TABLE (word text, rest text) LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    inside text[]; firsts int[]; lasts int[]; after text := ''; made text;
BEGIN
    SELECT array_agg(each.word ORDER BY place), array_agg(each.first ORDER BY place),
        array_agg(each.last ORDER BY place)
        INTO inside, firsts, lasts FROM loket_words(head) each;
    IF tail <> '' THEN
        SELECT coalesce(string_agg(' ' || each.word, '' ORDER BY place), '') INTO after FROM loket_words(tail) each;
    END IF;
    FOR one IN 1 .. coalesce(cardinality(inside), 0) LOOP
        CONTINUE WHEN cardinality(inside) > 1 AND inside[one] = ANY ({_PARTICLES});
        made := '';
        FOR other IN 1 .. cardinality(inside) LOOP
            IF lasts[other] < firsts[one] OR firsts[other] > lasts[one] THEN
                made := made || ' ' || inside[other];
            END IF;
        END LOOP;
        word := left(inside[one], {LONGEST_WORD});
        rest := left(made || after, {LONGEST_REST});
        RETURN NEXT;
    END LOOP;
END $$;

CREATE OR REPLACE FUNCTION loket_keep_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = '{PARTY}' THEN
        WITH kept AS (
            INSERT INTO parties_searchword (source, word, rest, party_id)
                SELECT DISTINCT fresh.kind, made.word, made.rest, fresh.id
                FROM fresh, loket_word_rows(fresh.name, '') made
                RETURNING word
        )
        INSERT INTO parties_wordkey (key, word)
            SELECT '{SOUND}' || loket_sound(each.word), each.word FROM (SELECT DISTINCT kept.word FROM kept) each
            WHERE NOT EXISTS (SELECT 1 FROM parties_wordkey known WHERE known.word = each.word);
    ELSE
        WITH kept AS (
            INSERT INTO parties_searchword (source, word, rest, party_id, address_id)
                SELECT DISTINCT 'address', made.word, made.rest, fresh.party_id, fresh.id
                FROM fresh, loket_word_rows({STREET.format("fresh")}) made
                RETURNING word
        )
        INSERT INTO parties_wordkey (key, word)
            SELECT '{SOUND}' || loket_sound(each.word), each.word FROM (SELECT DISTINCT kept.word FROM kept) each
            WHERE NOT EXISTS (SELECT 1 FROM parties_wordkey known WHERE known.word = each.word);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION loket_keep_words_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = '{PARTY}' THEN
        DELETE FROM parties_searchword WHERE party_id = OLD.id AND address_id IS NULL;
    ELSE
        DELETE FROM parties_searchword WHERE address_id = OLD.id;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN NULL;
    END IF;
    IF TG_TABLE_NAME = '{PARTY}' THEN
        INSERT INTO parties_searchword (source, word, rest, party_id)
            SELECT DISTINCT NEW.kind, made.word, made.rest, NEW.id FROM loket_word_rows(NEW.name, '') made;
        INSERT INTO parties_wordkey (key, word)
            SELECT DISTINCT '{SOUND}' || loket_sound(made.word), made.word FROM loket_word_rows(NEW.name, '') made
            WHERE NOT EXISTS (SELECT 1 FROM parties_wordkey known WHERE known.word = made.word);
    ELSE
        INSERT INTO parties_searchword (source, word, rest, party_id, address_id)
            SELECT DISTINCT 'address', made.word, made.rest, NEW.party_id, NEW.id
            FROM loket_word_rows({STREET.format("NEW")}) made;
        INSERT INTO parties_wordkey (key, word)
            SELECT DISTINCT '{SOUND}' || loket_sound(made.word), made.word
            FROM loket_word_rows({STREET.format("NEW")}) made
            WHERE NOT EXISTS (SELECT 1 FROM parties_wordkey known WHERE known.word = made.word);
    END IF;
    RETURN NULL;
END $$;
"""  # noqa: S608  constants


def declare() -> None:
    """Once, when the app is ready."""
    triggers.declare_functions(POSTGRESQL)
    tables = (
        (PARTY, ("name", "kind"), _PARTY_ROWS, "party_id = OLD.id AND address_id IS NULL"),
        (ADDRESS, ("street", "number", "box", "postcode", "town", "party_id"), _ADDRESS_ROWS, "address_id = OLD.id"),
    )
    for table, columns, rows, gone in tables:
        changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
        changed_on_sqlite = changed.replace("IS DISTINCT FROM", "IS NOT")
        triggers.declare(
            triggers.Trigger(
                "words_insert",
                table,
                sqlite=f'AFTER INSERT ON "{table}" {rows}',
                postgresql=f'AFTER INSERT ON "{table}" REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT'
                " EXECUTE FUNCTION loket_keep_words()",
            )
        )
        triggers.declare(
            triggers.Trigger(
                "words_update",
                table,
                sqlite=f'AFTER UPDATE ON "{table}" WHEN {changed_on_sqlite} {rows}',
                postgresql=f'AFTER UPDATE ON "{table}" FOR EACH ROW WHEN ({changed})'
                " EXECUTE FUNCTION loket_keep_words_again()",
            )
        )
        triggers.declare(
            triggers.Trigger(
                "words_delete",
                table,
                sqlite=f'AFTER DELETE ON "{table}" BEGIN DELETE FROM parties_searchword WHERE {gone}; END',  # noqa: S608
                postgresql=f'AFTER DELETE ON "{table}" FOR EACH ROW EXECUTE FUNCTION loket_keep_words_again()',
            )
        )


# --- A million at once

AT_ONCE = f"""
INSERT INTO parties_searchword (source, word, rest, party_id)
    SELECT party.kind, made.word, made.rest, party.id FROM {PARTY} party
    CROSS JOIN LATERAL (SELECT DISTINCT word, rest FROM loket_word_rows(party.name, '')) made
    WHERE party.id > %(party)s;

INSERT INTO parties_searchword (source, word, rest, party_id, address_id)
    SELECT 'address', made.word, made.rest, address.party_id, address.id FROM {ADDRESS} address
    CROSS JOIN LATERAL (SELECT DISTINCT word, rest FROM loket_word_rows({STREET.format("address")})) made
    WHERE address.id > %(address)s;

INSERT INTO parties_wordkey (key, word)
    SELECT '{SOUND}' || loket_sound(word), word
    FROM (SELECT word FROM parties_searchword EXCEPT SELECT word FROM parties_wordkey) fresh;
"""  # noqa: S608  constants


@contextmanager
def words_at_once() -> Iterator[None]:
    """Of parties and addresses that are added meanwhile the words are made afterwards, all together.

    In a transaction, so that nobody sees them without. SQLite makes them as they come.
    """
    if database.vendor != "postgresql":
        yield
        return
    guards = [each for each in triggers.declared if each.purpose == "words_insert"]
    last = {}
    with database.cursor() as cursor:
        for name, table in (("party", PARTY), ("address", ADDRESS)):
            cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")  # noqa: S608  a constant
            last[name] = cursor.fetchone()[0]
        for guard in guards:
            cursor.execute(f"ALTER TABLE {guard.table} DISABLE TRIGGER {guard.name(database.vendor)}")
    yield
    with database.cursor() as cursor:
        for statement in AT_ONCE.split("\n\n"):
            cursor.execute(statement, last if "%(" in statement else None)
        for guard in guards:
            cursor.execute(f"ALTER TABLE {guard.table} ENABLE TRIGGER {guard.name(database.vendor)}")
