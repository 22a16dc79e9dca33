"""Triggers that note, inside the database, what no client sees: confirmations and claims, in their order."""

from benchmarks.faults.outcome import FaultFailed
from tests.live_database import PostgresDatabase

_WATCH = """
CREATE TABLE fault_confirmed (id varchar(24) PRIMARY KEY, txid bigint NOT NULL);
CREATE TABLE fault_claimed (id varchar(24) NOT NULL, tries int NOT NULL, snapshot txid_snapshot NOT NULL);
CREATE FUNCTION note_confirmed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO fault_confirmed VALUES (NEW.id, txid_current()) ON CONFLICT DO NOTHING;
RETURN NULL; END $$;
CREATE FUNCTION note_claimed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO fault_claimed VALUES (NEW.player_message_id, NEW.tries, txid_current_snapshot());
RETURN NULL; END $$;
CREATE TRIGGER note_confirmed AFTER UPDATE OF state ON messaging_playermessage FOR EACH ROW
WHEN (NEW.state = 'delivered' AND OLD.state <> 'delivered') EXECUTE FUNCTION note_confirmed();
CREATE TRIGGER note_claimed AFTER UPDATE OF claim ON push_outboxpush FOR EACH ROW
WHEN (NEW.claim <> '') EXECUTE FUNCTION note_claimed();
"""
# Each finds what must not be; its text says what that is.
_CHECKS = {
    "messages are stored twice": """
        SELECT document::json ->> 'message' AS found FROM messaging_playermessage
        GROUP BY 1 HAVING count(*) > 1
    """,
    "pushed rows have more than one attempt": """
        SELECT player_message_id AS found FROM push_pushattempt WHERE code IN ('sandbox', 'sent')
        GROUP BY 1 HAVING count(*) > 1
    """,
    "rows decided pushed were neither attempted nor confirmed first": """
        SELECT concat_ws(' ', m.id, m.state, m.reason) AS found FROM messaging_playermessage m WHERE m.pushed
        AND NOT EXISTS (SELECT 1 FROM push_pushattempt a WHERE a.player_message_id = m.id)
        AND NOT EXISTS (SELECT 1 FROM fault_confirmed f WHERE f.id = m.id)
    """,
    "attempts have no decision": """
        SELECT a.player_message_id AS found FROM push_pushattempt a WHERE NOT EXISTS (
            SELECT 1 FROM messaging_playermessage m WHERE m.id = a.player_message_id AND m.pushed
        )
    """,
    "attempts were claimed after their row was confirmed": """
        SELECT a.player_message_id AS found FROM push_pushattempt a
        JOIN fault_claimed c ON c.id = a.player_message_id AND c.tries = a.number
        JOIN fault_confirmed f ON f.id = a.player_message_id
        WHERE txid_visible_in_snapshot(f.txid, c.snapshot)
    """,
}


def watch(database: PostgresDatabase) -> None:
    database.execute(_WATCH)


def pushes_waiting(database: PostgresDatabase) -> int:
    return int(database.rows("SELECT count(*) AS n FROM push_outboxpush")[0]["n"])


def check(database: PostgresDatabase) -> dict[str, int]:
    """What was seen. Raises FaultFailed with the first thing that must not be."""
    for what, sql in _CHECKS.items():
        if found := database.rows(sql):
            raise FaultFailed(f"{len(found)} {what}, among them {found[0]['found']}")
    (row,) = database.rows("SELECT count(*) AS n FROM push_pushattempt")
    return {"push attempts": int(row["n"])}
