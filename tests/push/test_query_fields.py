import pytest

from games.models import Stage
from players.facts import load_recipients
from players.models import Player
from players.query_fields import with_loaded
from players.segment_queries import compile_query
from push.models import Device
from tests.push.recorder import make_device

QUERY = {"field": "deviceOS", "op": "eq", "value": "ios"}


@pytest.mark.parametrize(("disabled", "expected"), [("", ["ada"]), ("Unregistered", [])])
def test_query_asks_for_the_types_of_usable_devices(preview: Stage, disabled: str, expected: list[str]):
    make_device(preview, "ios", name="ada")
    make_device(preview, "android", "token", name="bo")
    Device.objects.update(disabled=disabled)
    query = compile_query(QUERY)
    assert list(Player.objects.filter(query.to_q()).values_list("user_name", flat=True)) == expected
    ids = list(Player.objects.values_list("pk", flat=True))
    recipients = with_loaded(load_recipients(preview.pk, ids), query.loads)
    assert [each.user_name for each in recipients.values() if query.matches(each)] == expected
