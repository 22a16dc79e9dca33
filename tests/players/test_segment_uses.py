"""What uses a segment, a value or a query, and what may not be deleted therefore."""

from typing import Any

import pytest

from cloudcode.scripts import save_script
from games.models import Game
from games.uses import StillUsed, Use
from messaging.message_settings import message_type, save_version
from messaging.models import Broadcast, Message
from players.models import Segment, SegmentQuery
from players.segment_settings import delete_unused, edit_segment, save_query, save_segment
from players.segment_uses import Part, all_uses, uses_of
from protocol.dates import now_ms

pytestmark = pytest.mark.django_db
NAMED = {"name": "", "description": ""}
FRENCH = {"all": [{"not": {"any": [{"segment": "COUNTRY", "is": "FR"}]}}]}


@pytest.fixture
def segment(game: Game) -> Segment:
    return save_segment(game, "COUNTRY", None, values={"FR": NAMED, "DE": NAMED})


def test_a_segment_is_used_by_queries_variants_and_scripts(game: Game, segment: Segment) -> None:
    assert uses_of(game, Part(segment="COUNTRY")) == []
    save_query(game, "FRENCH", None, query=FRENCH)
    own = [{"segmentQuery": {"segment": "COUNTRY", "is": "DE"}, "title": "Hallo"}]
    save_version(message_type(game, "FriendMessage"), {"variants": own}, None)
    save_script(game, "modules/places", "var code = 'COUNTRY';", None)
    assert uses_of(game, Part(segment="COUNTRY")) == [
        Use("query", "FRENCH", needed=True),
        Use("message", "FriendMessage, variant 1", needed=True),
        Use("script", "modules/places, which names it", needed=True),
    ]
    assert uses_of(game, Part(segment="COUNTRY", value="FR")) == [Use("query", "FRENCH", needed=True)]
    assert uses_of(game, Part(segment="COUNTRY", value="DE")) == [
        Use("message", "FriendMessage, variant 1", needed=True)
    ]
    assert uses_of(game, Part(segment="TIER")) == []


def test_a_query_is_used_by_variants_broadcasts_that_go_on_and_scripts(game: Game, segment: Segment) -> None:
    save_query(game, "FRENCH", None, query=FRENCH)
    variants = [{"segmentQuery": "FRENCH", "title": "Salut"}]
    save_version(message_type(game, "FriendMessage"), {"variants": variants}, None)
    save_script(game, "modules/places", 'var codes = ["FRENCH_CANADIAN"];', None)
    times = {"created_ms": now_ms(), "expires_ms": now_ms() + 10**7}
    message = Message.objects.create(stage=game.stage("live"), message_class="FriendMessage", **times)
    broadcast = Broadcast.objects.create(
        message=message, stage=message.stage, audience="query", query="FRENCH", created_ms=times["created_ms"]
    )
    assert uses_of(game, Part(query="FRENCH")) == [
        Use("message", "FriendMessage, variant 1", needed=True),
        Use("broadcast", f"{message.pk} on live", needed=True),
    ]
    broadcast.ended_ms = now_ms()
    broadcast.save()
    assert [use.kind for use in uses_of(game, Part(query="FRENCH"))] == ["message"]


def test_what_is_used_is_not_deleted(game: Game, segment: Segment) -> None:
    query = save_query(game, "FRENCH", None, query=FRENCH)
    with pytest.raises(StillUsed) as refused:
        delete_unused(segment, None)
    assert refused.value.uses == [Use("query", "FRENCH", needed=True)]
    with pytest.raises(StillUsed):
        edit_segment(game, "COUNTRY", None, values={})
    edit_segment(game, "COUNTRY", None, values={"FR": NAMED})
    delete_unused(query, None)
    delete_unused(segment, None)
    assert not Segment.objects.exists()
    assert not SegmentQuery.objects.exists()


def test_many_parts_take_as_many_statements_as_one(
    game: Game, segment: Segment, django_assert_num_queries: Any
) -> None:
    for count in (1, 30):
        parts = [Part(query=f"Q{number}") for number in range(count)]
        with django_assert_num_queries(4):
            assert all_uses(game, parts) == {part: [] for part in parts}
