"""Who works on a game: whom each role invites, changes and removes, and what an invitation is good for."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from games import invitations
from games.accounts import second_factor, secret_texts
from games.collaborators import LastOwner, may_manage, remove, set_role
from games.models import AccessToken, AuditEntry, Collaborator, Invitation, User
from portal import mails
from portal.web.views import people as page_of
from protocol.limiter import Limiter
from tests.portal.web.people import People, make_people
from tests.portal.web.people import sign_in as enter

pytestmark = pytest.mark.django_db
Role = Collaborator.Role
PASSWORD = "a longer one here"
HIGHER = "That is for somebody of a higher role to do."


@pytest.fixture(autouse=True)
def nothing_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_of, "mails", Limiter("mails", clock=lambda: 0.0))


def change(people: People, by: str, **fields: str) -> tuple[int, str]:
    """The status, and the page that is shown or led to."""
    client = people.client(by)
    answer = client.post("/g/ours/people/", fields)
    shown = client.get("/g/ours/people/") if answer.status_code == 302 else answer
    return answer.status_code, shown.content.decode()


def invite(people: People, email: str = "new@example.org", role: str = "editor", by: str = "owner") -> str:
    """The path of the link."""
    status, page = change(people, by, do="invite", email=email, role=role)
    assert status == 200
    (path,) = re.findall(r"http://testserver(/invite/[0-9a-f]{48}/)", page)
    return str(path)


def role_of(people: People, name: str) -> str:
    row = Collaborator.objects.filter(game=people.game, user__username=f"ours-{name}").first()
    return row.role if row else ""


@pytest.mark.parametrize(
    ("own", "managed"),
    [("owner", "owner admin editor viewer"), ("admin", "editor viewer"), ("editor", ""), ("viewer", "")],
)
def test_roles_manage_those_below_and_owners_all(own: str, managed: str) -> None:
    assert [role for role in ("owner", "admin", "editor", "viewer") if may_manage(own, role)] == (
        managed.split()
    )


def test_people_are_listed_by_role_with_what_is_known_of_them(people: People) -> None:
    second_factor.turn_on(people.user("admin"), secret := second_factor.new_secret(), _now(secret))
    client = Client(HTTP_USER_AGENT="x")
    client.post("/login/", {"name": "ours-viewer", "password": "right"})
    page = client.get("/g/ours/people/").content.decode()
    rows = re.findall(r'<tr role="row">\s*<th scope="row".*?</tr>', page, re.DOTALL)
    read = [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in rows]
    assert read[0] == "ours-owner ours-owner@example.org Owner ◌ off –"
    assert read[1] == "ours-admin ours-admin@example.org Administrator ● on –"
    assert read[2] == "ours-editor ours-editor@example.org Editor ◌ off –"
    assert read[3] == "ours-viewer you ours-viewer@example.org Viewer ◌ off just now"


def _now(secret: str) -> str:
    import pyotp

    return pyotp.TOTP(secret).now()


@pytest.mark.parametrize(
    ("by", "of", "role", "status"),
    [
        ("owner", "admin", "viewer", 302),
        ("owner", "editor", "owner", 302),
        ("admin", "editor", "viewer", 302),
        ("admin", "editor", "admin", 422),
        ("admin", "editor", "owner", 422),
        ("admin", "owner", "viewer", 422),
        ("admin", "admin", "editor", 422),
        ("editor", "viewer", "editor", 403),
    ],
)
def test_a_role_is_given_by_who_may(people: People, by: str, of: str, role: str, status: int) -> None:
    before = role_of(people, of)
    seen, page = change(people, by, do="role", user=f"ours-{of}", role=role)
    assert seen == status
    assert role_of(people, of) == (role if status == 302 else before)
    assert (HIGHER in page) is (status == 422)
    if status == 302:
        entry = AuditEntry.objects.filter(game=people.game, action="collaborator.role").first()
        assert entry is not None
        assert (entry.actor_name, entry.target) == (f"ours-{by}", f"ours-{of}")


@pytest.mark.parametrize(
    ("by", "of", "status"),
    [
        ("owner", "admin", 302),
        ("admin", "viewer", 302),
        ("admin", "owner", 422),
        ("editor", "viewer", 403),
        ("owner", "outsider", 404),
    ],
)
def test_a_person_is_removed_by_who_may(people: People, by: str, of: str, status: int) -> None:
    member = people.client(of)
    seen, _ = change(people, by, do="remove", user=f"ours-{of}")
    assert seen == status
    assert member.get("/g/ours/people/").status_code == (404 if status in (302, 404) else 200)


def test_the_last_owner_neither_leaves_nor_steps_down(people: People) -> None:
    owner = people.user("owner")
    words = "A game keeps an owner: make somebody else one first."
    for fields in ({"do": "remove"}, {"do": "role", "role": "viewer"}):
        status, page = change(people, "owner", user="ours-owner", **fields)
        assert (status, words in page) == (422, True)
    left = people.client("owner").post("/g/ours/people/leave/", {"confirmed": "on"})
    assert (left.status_code, words in left.content.decode()) == (422, True)
    with pytest.raises(LastOwner):
        set_role(people.game, owner, Role.ADMIN, None)
    with pytest.raises(LastOwner):
        remove(Collaborator.objects.get(user=owner), None)
    assert role_of(people, "owner") == "owner"
    change(people, "owner", do="role", user="ours-admin", role="owner")
    assert (
        people.client("owner").post("/g/ours/people/leave/", {"confirmed": "on"}).headers["Location"] == "/"
    )
    assert role_of(people, "owner") == ""


def test_an_invited_address_makes_an_account_once(people: People) -> None:
    path = invite(people, "New.Person@Example.org", "editor")
    client = Client()
    page = client.get(path).content.decode()
    assert "<bdi>Game ours</bdi>" in page
    assert "<bdi>new.person@example.org</bdi>" in page
    assert client.post(path, {"name": "Nina", "password": "password"}).status_code == 422
    joined = client.post(path, {"name": "Nina", "password": PASSWORD})
    assert joined.headers["Location"] == "/g/ours/messages/"
    assert client.get("/g/ours/messages/").status_code == 200
    user = User.objects.get(email="new.person@example.org")
    assert (user.username, user.first_name, user.is_staff) == ("new.person@example.org", "Nina", False)
    assert Collaborator.objects.get(user=user).role == "editor"
    again = Client()
    assert again.get(path).status_code == 404
    assert again.post(path, {"name": "Eve", "password": PASSWORD}).status_code == 404
    assert User.objects.filter(first_name="Eve").count() == 0
    signed = Client().post("/login/", {"name": "NEW.person@example.org", "password": PASSWORD})
    assert signed.headers["Location"] == "/"


def test_an_invited_user_signs_in_and_joins(people: People) -> None:
    path = invite(people, "ours-outsider@example.org", "viewer")
    stranger = Client()
    page = stranger.get(path).content.decode()
    assert f'href="/login/?next={path}"' in page
    assert stranger.post(path, {"name": "Eve", "password": PASSWORD}).status_code == 422
    assert User.objects.filter(email="ours-outsider@example.org").count() == 1
    client = people.client("outsider")
    assert client.get("/g/ours/people/").status_code == 404
    assert client.post(path).headers["Location"] == "/g/ours/messages/"
    assert role_of(people, "outsider") == "viewer"
    assert client.post(path).status_code == 404


def test_an_invitation_is_for_its_address_alone(people: People) -> None:
    path = invite(people)
    client = people.client("outsider")
    assert "whose address is another" in client.get(path).content.decode()
    assert client.post(path).status_code == 403
    assert role_of(people, "outsider") == ""
    assert Invitation.objects.count() == 1


def test_an_invitation_lowers_nobody(people: People) -> None:
    admin = people.user("admin")
    path = invite(people, "x@example.org", "viewer")
    admin.email = "x@example.org"
    admin.save()
    client = Client()
    enter(client, admin)
    client.post(path)
    assert role_of(people, "admin") == "admin"


def test_the_link_is_good_for_a_week(people: People) -> None:
    path = invite(people)
    row = Invitation.objects.get()
    assert timedelta(days=6, hours=23) < row.expires - timezone.now() <= timedelta(days=7)
    Invitation.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert Client().get(path).status_code == 404
    assert "expired" in people.client("owner").get("/g/ours/people/").content.decode()


def test_an_invitation_is_sent_anew_and_revoked(people: People) -> None:
    first = invite(people)
    second = invite(people)
    assert Client().get(first).status_code == 404
    status, page = change(people, "admin", do="resend", email="new@example.org")
    assert status == 200
    (third,) = re.findall(r"http://testserver(/invite/[0-9a-f]{48}/)", page)
    assert Client().get(second).status_code == 404
    assert Client().get(third).status_code == 200
    change(people, "admin", do="revoke", email="new@example.org")
    assert Client().get(third).status_code == 404
    actions = AuditEntry.objects.filter(game=people.game, target="new@example.org").values_list("action")
    assert [action for (action,) in actions] == [
        "collaborator.invitation_revoked",
        *["collaborator.invited"] * 3,
    ]


@pytest.mark.parametrize(("by", "role", "status"), [("admin", "admin", 422), ("admin", "owner", 422)])
def test_nobody_invites_to_their_own_role_or_above(people: People, by: str, role: str, status: int) -> None:
    seen, _ = change(people, by, do="invite", email="new@example.org", role=role)
    assert (seen, Invitation.objects.count()) == (status, 0)
    invite(people, role=role, by="owner")
    for what in ("resend", "revoke"):
        seen, page = change(people, by, do=what, email="new@example.org")
        assert (seen, HIGHER in page) == (422, True)


def test_an_invitation_ends_with_the_right_of_who_invited(people: People) -> None:
    path = invite(people, by="admin")
    set_role(people.game, people.user("admin"), Role.EDITOR, None)
    assert Client().get(path).status_code == 404
    set_role(people.game, people.user("admin"), Role.ADMIN, None)
    assert Client().get(path).status_code == 200
    remove(Collaborator.objects.get(user=people.user("admin")), None)
    assert Client().get(path).status_code == 404


def test_who_is_here_already_is_not_invited_and_strangers_are_not_told_apart(people: People) -> None:
    make_people("theirs")
    status, page = change(people, "owner", do="invite", email="ours-viewer@example.org", role="viewer")
    assert (status, "works on the game already." in page) == (422, True)
    pages = []
    for email in ("theirs-owner@example.org", "nobody@example.org"):
        _, page = change(people, "owner", do="invite", email=email, role="viewer")
        pages.append(
            re.sub(r'[0-9a-f]{48}|value="\w{64}"', "", page.partition("<table")[0]).replace(email, "")
        )
    assert pages[0] == pages[1]


def test_an_invitation_of_another_game_is_not_there(people: People) -> None:
    theirs = make_people("theirs")
    invitations.invite(theirs.game, "new@example.org", Role.VIEWER, "", theirs.user("owner"))
    for what in ("resend", "revoke"):
        answer = people.client("owner").post("/g/ours/people/", {"do": what, "email": "new@example.org"})
        assert answer.status_code == 404
    assert Invitation.objects.filter(game=theirs.game).count() == 1
    assert "new@example.org" not in people.client("owner").get("/g/ours/people/").content.decode()


def test_the_database_and_the_audit_do_not_have_the_link(people: People) -> None:
    text = invite(people).split("/")[2]
    kept = f"{list(Invitation.objects.values())} {list(AuditEntry.objects.values())}"
    assert text not in kept
    assert Invitation.objects.get().digest == secret_texts.digest(text)
    assert text not in people.client("owner").get("/g/ours/people/").content.decode()


def test_with_a_mail_service_the_link_goes_there_and_is_not_shown(
    people: People, monkeypatch: pytest.MonkeyPatch, mailoutbox: Any
) -> None:
    monkeypatch.setattr(page_of, "is_sent", lambda: True)
    status, page = change(people, "owner", do="invite", email="new@example.org", role="admin", note="Hello!")
    assert (status, "An invitation is on its way to new@example.org." in page) == (302, True)
    assert "/invite/" not in page
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["new@example.org"], "Work on Game ours")
    assert (
        "ours-owner invites you to work on the game Game ours on Flint, as administrator.\n\nHello!\n"
        in mail.body
    )
    (path,) = re.findall(r"http://testserver(/invite/\w+/)", mail.body)
    assert Client().get(path).status_code == 200


def test_a_mail_that_could_not_be_sent_leaves_the_link_to_copy(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_of, "is_sent", lambda: True)
    monkeypatch.setattr(page_of, "send", lambda mail: False)
    status, page = change(people, "owner", do="invite", email="new@example.org", role="viewer")
    assert (status, "The mail could not be sent." in page) == (200, True)
    (path,) = re.findall(r"http://testserver(/invite/\w+/)", page)
    assert Client().get(path).status_code == 200


def test_a_user_invites_twenty_at_once(people: People) -> None:
    for number in range(20):
        invite(people, f"new{number}@example.org")
    status, page = change(people, "owner", do="invite", email="more@example.org", role="viewer")
    assert (status, "You invite too many at once." in page) == (422, True)
    assert Invitation.objects.count() == 20


def test_leaving_takes_the_tokens_along(people: People) -> None:
    AccessToken.objects.create(
        user=people.user("viewer"), game=people.game, role="viewer", digest="x", expires=timezone.now()
    )
    client = people.client("viewer")
    assert client.post("/g/ours/people/leave/").status_code == 422
    assert role_of(people, "viewer") == "viewer"
    assert client.post("/g/ours/people/leave/", {"confirmed": "on"}).headers["Location"] == "/"
    assert "You do not work on Game ours any more." in client.get("/").content.decode()
    assert AccessToken.objects.count() == 0
    assert client.get("/g/ours/people/").status_code == 404


def test_controls_of_a_higher_role_are_not_there(people: People) -> None:
    pages = {
        name: people.client(name).get("/g/ours/people/").content.decode()
        for name in ("owner", "admin", "editor", "viewer")
    }
    names = {name: re.findall(r'aria-label="Change ours-(\w+)"', page) for name, page in pages.items()}
    assert names == {
        "owner": ["owner", "admin", "editor", "viewer"],
        "admin": ["editor", "viewer"],
        "editor": [],
        "viewer": [],
    }
    assert [name for name, page in pages.items() if "Invite somebody" in page] == ["owner", "admin"]
    assert [name for name, page in pages.items() if "Audit log" in page] == ["owner", "admin"]


def test_people_asks_the_database_as_often_for_many(people: People, django_assert_num_queries: Any) -> None:
    client = people.client("owner")
    for count in (4, 12):
        while Collaborator.objects.count() < count:
            name = f"more{Collaborator.objects.count()}"
            set_role(people.game, User.objects.create_user(name, f"{name}@example.org"), Role.VIEWER, None)
        with django_assert_num_queries(7):
            assert client.get("/g/ours/people/").status_code == 200


def test_of_two_who_follow_a_link_at_once_one_joins(people: People) -> None:
    invited = invitations.find(invite(people).split("/")[2])
    assert invited is not None
    invitations.join(invited, "Nina", PASSWORD)
    with pytest.raises(invitations.UsedUp):
        invitations.join(invited, "Eve", PASSWORD)
    assert not User.objects.filter(first_name="Eve").exists()
    mails.wait_until_sent()
