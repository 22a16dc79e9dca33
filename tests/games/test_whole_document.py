"""The game document as a whole: every section there and back, and refusals that take no time."""

import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from games.documents import DocumentFaults, import_game
from games.exports import export_game
from games.models import Game
from games.reading import LARGEST
from games.sections import ORDER
from tests.games.duel import TEXT, duel

pytestmark = pytest.mark.django_db

PATIENCE = 2.0  # seconds of this process


def test_a_document_with_every_section_comes_back_identical() -> None:
    game = import_game(TEXT, None, publish=True).game
    first = export_game(game)
    document = json.loads(first)
    sections = [name for name in ORDER if name != "players"]
    assert [key for key in document if key in sections] == sections
    assert [name for name in sections if not document[name]] == []
    assert export_game(game, "live") == first
    game.delete()
    result = import_game(first, None)
    assert (result.created, export_game(result.game)) == (True, first)
    assert import_game(first, None).changes == []


def test_what_was_written_is_in_what_comes_back() -> None:
    """Every value of the document, not only as much as two exports have in common."""
    exported = json.loads(export_game(import_game(TEXT, None).game))
    assert _missing(duel(), exported) == []


def _missing(given: Any, found: Any, at: str = "") -> list[str]:
    """Paths of `given` that `found` does not have, or has otherwise. Lists with short codes are by these."""
    if isinstance(given, dict) and isinstance(found, dict):
        return [
            line
            for key, value in given.items()
            for line in _missing(value, found.get(key, _missing), f"{at}.{key}")
        ]
    if isinstance(given, list) and isinstance(found, list):
        if all(isinstance(each, dict) and "shortCode" in each for each in given):
            return _missing(_by_code(given), _by_code(found), at)
        pairs = zip(given, [*found, *given], strict=False)
        return [line for place, pair in enumerate(pairs) for line in _missing(*pair, f"{at}[{place}]")]
    return [] if given == found else [at]


def _by_code(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {item["shortCode"]: item for item in items}


def attributes(count: int) -> dict[str, Any]:
    named = [{"shortCode": f"A{number}", "type": "number", "aggregation": "sum"} for number in range(count)]
    return duel(events=[{"shortCode": "SCORE", "attributes": named}])


def totals_in_a_ring(count: int) -> dict[str, Any]:
    return duel(
        runningTotals=[
            {"shortCode": f"T{number}", "event": f"T{(number + 1) % count}", "groupBy": ["S"]}
            for number in range(count)
        ]
    )


@pytest.mark.parametrize(
    ("make", "first"),
    [
        (lambda: attributes(10_000), "events[0].attributes: expected 0 to 1000 items"),
        (lambda: totals_in_a_ring(2), 'runningTotals[0].event: unknown event "T1"'),
        (lambda: totals_in_a_ring(10_000), 'runningTotals[0].event: unknown event "T1"'),
        (lambda: duel(name="x" * 100_000_000), "document: larger than 32 MB"),
    ],
    ids=["10,000 attributes", "two totals in a ring", "10,000 totals in a ring", "100 MB"],
)
def test_a_hopeless_document_is_refused_at_once(make: Callable[[], Any], first: str) -> None:
    content = json.dumps(make())
    began = time.process_time()
    with pytest.raises(DocumentFaults) as refused:
        import_game(content, None)
    assert time.process_time() - began < PATIENCE
    assert refused.value.faults[0] == first
    assert Game.objects.count() == 0


def test_a_valid_document_padded_to_100_mb_is_refused_without_being_read(tmp_path: Path) -> None:
    file = tmp_path / "padded.json"
    file.write_text(TEXT + " " * (100_000_000 - len(TEXT.encode())))
    began = time.process_time()
    with pytest.raises(CommandError) as refused:
        call_command("import_game", str(file))
    assert time.process_time() - began < PATIENCE
    assert str(refused.value) == "Nothing was imported: 1 fault.\n  document: larger than 32 MB"
    assert Game.objects.count() == 0


def test_standard_input_is_read_no_further_than_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = io.BytesIO("é".encode() * LARGEST)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(endless))
    with pytest.raises(CommandError, match="document: larger than 32 MB"):
        call_command("import_game", "-")
    assert endless.tell() == LARGEST + 1


def test_a_document_may_be_as_large_as_the_limit() -> None:
    room = LARGEST - len(TEXT.encode())
    assert import_game(TEXT + " " * room, None).created
