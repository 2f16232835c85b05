"""The database takes nothing for a dossier of which the data were destroyed, by whatever road it comes.

A clerk who writes a note at the moment at which the dossier is destroyed is waited for, or is refused: on PostgreSQL
the row of the dossier is held lightly, as its foreign key does anyway. On SQLite there is one writer at a time.
"""

from core.triggers import PREFIX, Trigger, declare, declare_functions

GONE = "SELECT 1 FROM dossiers_dossier WHERE id = NEW.dossier_id AND anonymised_at IS NOT NULL"
SAYS = "the data of this dossier were destroyed"


def keep_out_of_destroyed(*tables: str) -> None:
    """For ``AppConfig.ready()``: nothing is added to these for such a dossier."""
    for table in tables:
        declare(
            Trigger(
                purpose="not_in_destroyed",
                table=table,
                sqlite=f"BEFORE INSERT ON \"{table}\" WHEN EXISTS ({GONE}) BEGIN SELECT RAISE(ABORT, '{SAYS}'); END",
                postgresql=f'BEFORE INSERT ON "{table}" FOR EACH ROW EXECUTE FUNCTION {PREFIX}refuse_destroyed()',
            )
        )


def declare_guards() -> None:
    declare_functions(
        f"""
CREATE OR REPLACE FUNCTION {PREFIX}refuse_destroyed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE gone timestamptz;
BEGIN
    SELECT anonymised_at INTO gone FROM dossiers_dossier WHERE id = NEW.dossier_id FOR KEY SHARE;
    IF gone IS NOT NULL THEN
        RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""  # noqa: S608  constants
    )
    names = (
        "note",
        "task",
        "message",
        "document",
        "advice",
        "callback",
        "contact",
        "notification",
        "followlink",
        "hold",
    )
    keep_out_of_destroyed(*(f"dossiers_{name}" for name in names))
