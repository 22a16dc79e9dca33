"""The Players page: how players are found, filters, pages, and what a search without an index says."""

import csv
import hashlib
import io
from typing import Any

import pytest
from django.utils.html import escape

from players.models import DeviceIdentity, Player
from players.segment_settings import save_segment
from portal.web import player_list
from portal.web.views import players_csv
from protocol.dates import now_ms
from push.models import Device
from tests.portal.web.people import People
from tests.portal.web.player_rows import HOSTILE, add_device, add_player, online, send

pytestmark = pytest.mark.django_db
URL = "/g/ours/preview/players/"
DAY_MS = 86_400_000
TOKEN = "a1b2c3d4" * 8


def shown(people: People, role: str = "viewer", status: int = 200, url: str = URL, **question: str) -> str:
    answer = people.client(role).get(url, question)
    assert answer.status_code == status, answer.content
    return str(answer.content.decode())


def listed(page: str, *players: Player) -> list[str]:
    """The user names of those of them whom the table leads to, in its order."""
    places = {player.user_name: page.find(f'href="{URL}{player.pk}/"') for player in players}
    return [str(name) for name, at in sorted(places.items(), key=lambda each: each[1]) if at >= 0]


def test_list_says_what_there_is_to_know_of_each_player(people: People) -> None:
    ana = add_player(
        people,
        "ana",
        display_name="Ana",
        location={"country": "FR"},
        created_ms=1_700_000_000_000,
        last_seen_ms=1_700_000_400_000,
        banned=True,
    )
    add_device(ana)
    send(ana)
    send(ana, seen=True)
    away = add_player(people, "bo", display_name="Bo")
    with online(ana):
        page = shown(people)
    row = page[page.index(f'href="{URL}{ana.pk}/"') :].partition("</tr>")[0]
    for part in (
        ">Ana</bdi>",
        "<bdi>ana</bdi>",
        f"<code>{ana.pk}</code>",
        "</span> online</span>",
        "</span> banned</span>",
        'title="14 Nov 2023 22:20:00 UTC">',
        'data-label="Devices" class="number">1</td>',
        'data-label="Unread" class="number">1</td>',
        "<bdi>FR</bdi>",
        'title="14 Nov 2023 22:13:20 UTC">',
    ):
        assert part in row, part
    other = page[page.index(f'href="{URL}{away.pk}/"') :].partition("</tr>")[0]
    for part in ("</span> away</span>", "never", 'data-label="Devices" class="number">–</td>'):
        assert part in other, part
    assert listed(page, ana, away) == ["bo", "ana"]  # the newest first


def test_players_are_found_by_whatever_names_them(people: People) -> None:
    ana, bo = add_player(people, "ana", display_name="Queen"), add_player(people, "bo", display_name="Bo")
    device = add_device(ana, token=TOKEN)
    DeviceIdentity.objects.create(stage=ana.stage, player=ana, device_id="phone-of-ana")
    subscription = '{"endpoint": "https://fcm.googleapis.com/x", "keys": {}}'
    Device.objects.create(
        stage=bo.stage,
        player=bo,
        device_os="web",
        provider="web",
        push_id=subscription,
        push_hash=hashlib.sha256(b"https://fcm.googleapis.com/x").hexdigest(),
        created_ms=1,
        updated_ms=1,
    )
    token_hash = hashlib.sha256(TOKEN.encode()).hexdigest()
    for asked in (ana.pk, "an", "Quee", "phone-of-ana", TOKEN, token_hash, device.pk, f"  {ana.pk} "):
        assert listed(shown(people, q=asked), ana, bo) == ["ana"], asked
    assert listed(shown(people, q="https://fcm.googleapis.com/x"), ana, bo) == ["bo"]
    for asked in ("quee", "nobody", "phone", "x" * 300, '"><img src=x>', "' OR 1=1"):
        page = shown(people, q=asked)
        assert listed(page, ana, bo) == [], asked
        assert "Nobody is like that." in page


def test_players_of_another_stage_are_not_found(people: People) -> None:
    live = add_player(people, "ana", stage="live")
    assert listed(shown(people, q="ana"), live) == []
    assert f"/g/ours/live/players/{live.pk}/" in shown(people, url="/g/ours/live/players/", q="ana")


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ({"online": "yes"}, ["ana"]),
        ({"segment": "COUNTRY=FR"}, ["bo"]),
        ({"device": "yes"}, ["bo"]),
        ({"device": "no"}, ["cy", "ana"]),
        ({"seen": "7"}, ["ana"]),
        ({"seen": "-7"}, ["cy", "bo"]),
        ({"created": "30"}, ["bo", "ana"]),
        ({"device": "no", "created": "30"}, ["ana"]),
        ({"q": "b", "segment": "COUNTRY=FR"}, ["bo"]),
        ({"q": "a", "segment": "COUNTRY=FR"}, []),
        ({"q": "a", "online": "yes"}, ["ana"]),
        ({"q": "b", "online": "yes"}, []),
    ],
)
def test_filters_find(people: People, question: dict[str, str], names: list[str]) -> None:
    save_segment(people.game, "COUNTRY", None, values={"FR": {"name": "", "description": ""}})
    now = now_ms()
    ana = add_player(people, "ana", last_seen_ms=now - DAY_MS)
    bo = add_player(people, "bo", last_seen_ms=now - 10 * DAY_MS, segments={"COUNTRY": "FR"})
    cy = add_player(people, "cy", created_ms=now - 40 * DAY_MS)
    add_device(bo)
    add_device(cy, token="c" * 64)
    Device.objects.filter(player=cy).update(disabled="Unregistered")
    with online(ana):
        assert listed(shown(people, **question), ana, bo, cy) == names


def test_a_choice_that_there_is_not_is_refused(people: People) -> None:
    page = shown(people, status=422, segment="NO=SUCH")
    assert 'href="#id_segment"' in page


def test_pages_lead_through_all_players_and_back(people: People) -> None:
    players = [add_player(people, f"p{number:02}") for number in range(51)]
    first = shown(people)
    assert listed(first, *players) == [f"p{number:02}" for number in range(50, 0, -1)]
    older = f"before={players[1].pk}"
    assert f'href="?{older}"' in first
    second = shown(people, url=f"{URL}?{older}")
    assert listed(second, *players) == ["p00"]
    assert 'href="?">Newest</a>' in second
    assert "Older" not in second


def test_list_asks_the_database_as_often_for_one_player_as_for_fifty(
    people: People, django_assert_num_queries: Any
) -> None:
    add_player(people, "p00")
    client = people.client("viewer")
    assert client.get(URL).status_code == 200  # the stage's configuration is kept from now on
    for count in (1, 50):
        while Player.objects.count() < count:
            add_player(people, f"p{Player.objects.count():02}")
        with django_assert_num_queries(8):
            page = client.get(URL).content.decode()
        assert page.count('<tr role="row">') == count + 1


def test_a_search_that_takes_too_long_says_how_far_it_came_and_goes_on(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player_list, "SECONDS", 0)
    monkeypatch.setattr(player_list, "WINDOW", 2)
    oldest = add_player(people, "oldest", last_seen_ms=now_ms())
    others = [add_player(people, f"p{number}") for number in range(3)]
    page = shown(people, seen="1")
    assert listed(page, oldest, *others) == []
    assert "the newest 2 players were looked through" in page
    older = f"?seen=1&amp;before={others[1].pk}"
    assert f'href="{older}">Look further' in page
    page = shown(people, url=f"{URL}{older.replace('&amp;', '&')}")
    assert listed(page, oldest, *others) == ["oldest"]


def test_hostile_names_are_shown_as_text(people: People) -> None:
    player = add_player(people, segments={"<q>": "<i>"}, location={"country": "<u>"})
    for name in HOSTILE:
        Player.objects.filter(pk=player.pk).update(display_name=name, user_name=name)
        for page in ("", f"{player.pk}/", f"{player.pk}/inbox/", f"{player.pk}/segments/"):
            text = shown(people, "editor", url=f"{URL}{page}")
            assert escape(name[:70]) in text, (name, page)
            for markup in ("<img src=x", "<script>alert", ">" + "a" * 81, "<q>", "<i>", "<u>", ">49<"):
                assert markup not in text, (name, page, markup)
            assert "\u202e" not in text.partition("</title>")[0]


def test_an_empty_stage_says_what_will_come(people: People) -> None:
    assert "No players on LIVE yet." in shown(people, url="/g/ours/live/players/")


def test_what_a_filter_finds_is_taken_away_as_csv(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    save_segment(people.game, "COUNTRY", None, values={"FR": {"name": "", "description": ""}})
    times = {"created_ms": 1_700_000_000_000}
    for number in range(3):
        name = ("ana", "=SUM(A1)", "cy")[number]
        add_player(people, f"p{number}", display_name=name, segments={"COUNTRY": "FR"}, **times)
    add_player(people, "else")
    assert "players.csv?segment=COUNTRY%3DFR" in shown(people, "admin", segment="COUNTRY=FR")
    assert "players.csv" not in shown(people, "editor")
    monkeypatch.setattr(players_csv, "AT_ONCE", 2)
    url = "/g/ours/preview/players.csv"
    answer = people.client("admin").get(url, {"segment": "COUNTRY=FR"})
    assert answer["Content-Disposition"] == 'attachment; filename="ours-preview-players.csv"'
    lines = list(csv.reader(io.StringIO(answer.content.decode())))
    assert [line[1:] for line in lines] == [
        ["userName", "displayName", "country", "created", "lastSeen", "banned", "segments"],
        ["p2", "cy", "", "2023-11-14T22:13Z", "", "", "COUNTRY=FR"],
        ["p1", "'=SUM(A1)", "", "2023-11-14T22:13Z", "", "", "COUNTRY=FR"],
        ["p0", "ana", "", "2023-11-14T22:13Z", "", "", "COUNTRY=FR"],
    ]
    monkeypatch.setattr(players_csv, "MOST", 3)
    assert people.client("admin").get(url).content.count(b"\r\n") == 4
    assert people.client("admin").get(url, {"segment": "NO=SUCH"}).content.count(b"\r\n") == 1
