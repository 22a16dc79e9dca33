import pytest
from django.core.exceptions import ValidationError

from games.config import compile_stage
from games.credentials import delete_credential, new_secret, reset_secret, save_credential
from games.models import AuditEntry, Credential, Game, User
from protocol.dates import now_ms


def last_entry(game: Game) -> tuple[str, str, str, object]:
    entry = AuditEntry.objects.filter(game=game).first()
    assert entry is not None
    return entry.action, entry.target, entry.actor_name, entry.detail


def versions(game: Game) -> list[int]:
    return list(game.stages.order_by("pk").values_list("version", flat=True))


def test_new_credential_has_a_secret_of_its_own(game: Game, owner: User) -> None:
    before = versions(game)
    credential = save_credential(game, "partner", {"name": "Partner", "player": False}, owner)
    assert len(credential.secret) == 32
    assert Credential.objects.get(pk=credential.pk).player is False
    assert last_entry(game) == ("credential.created", "partner", "olga", {"fields": ["name", "player"]})
    assert versions(game) == [version + 1 for version in before]


def test_changed_credential_keeps_its_secret(game: Game, owner: User) -> None:
    secret = Credential.objects.get(game=game, short_code="server").secret
    save_credential(game, "server", {"rest_policy": "token"}, owner)
    assert Credential.objects.get(game=game, short_code="server").secret == secret
    assert last_entry(game) == ("credential.changed", "server", "olga", {"fields": ["rest_policy"]})


def test_credential_that_stays_the_same_leaves_no_trace(game: Game, owner: User) -> None:
    entries, before = AuditEntry.objects.count(), versions(game)
    save_credential(game, "server", {"player": False}, owner)
    assert (AuditEntry.objects.count(), versions(game)) == (entries, before)


@pytest.mark.parametrize(
    ("code", "fields", "faulty"),
    [
        ("a.b", {}, ["short_code"]),
        ("partner", {"name": "", "rest_policy": "never"}, ["name", "rest_policy"]),
    ],
)
def test_unfit_credential_is_refused(
    game: Game, owner: User, code: str, fields: dict[str, object], faulty: list[str]
) -> None:
    with pytest.raises(ValidationError) as refused:
        save_credential(game, code, fields, owner)
    assert sorted(refused.value.message_dict) == faulty
    assert Credential.objects.filter(game=game).count() == 4


def test_secret_is_reset_and_never_audited(game: Game, owner: User) -> None:
    credential = Credential.objects.get(game=game, short_code="server")
    old, before = credential.secret, versions(game)
    new = reset_secret(credential, owner)
    assert Credential.objects.get(pk=credential.pk).secret == new != old
    assert last_entry(game) == ("credential.secret_reset", "server", "olga", {})
    assert versions(game) == [version + 1 for version in before]


def good_now(game: Game) -> tuple[str, ...]:
    return compile_stage(game.stage("live")).credentials["server"].secrets


def test_the_former_secret_stays_good_for_the_grace(
    game: Game, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    credential = Credential.objects.get(game=game, short_code="server")
    old, now = credential.secret, now_ms()
    monkeypatch.setattr("games.credentials.now_ms", lambda: now)
    new = reset_secret(credential, owner, grace_hours=1)
    assert last_entry(game) == ("credential.secret_reset", "server", "olga", {"grace_hours": 1})
    for later, secrets in ((0, (new, old)), (3_599_999, (new, old)), (3_600_000, (new,))):
        monkeypatch.setattr("games.config.now_ms", lambda later=later: now + later)
        assert good_now(game) == secrets
        compiled = compile_stage(game.stage("preview")).credentials["server"]
        assert [compiled.is_secret(each) for each in (new, old, "", "other")] == [
            each in secrets for each in (new, old, "", "other")
        ]


def test_a_reset_without_grace_ends_one_that_was_given(game: Game, owner: User) -> None:
    credential = Credential.objects.get(game=game, short_code="server")
    first = credential.secret
    second = reset_secret(credential, owner, grace_hours=24)
    assert good_now(game) == (second, first)
    third = reset_secret(Credential.objects.get(pk=credential.pk), owner)
    assert good_now(game) == (third,)


def test_secret_of_device_cannot_be_reset(game: Game, owner: User) -> None:
    with pytest.raises(ValidationError, match="players' apps"):
        reset_secret(Credential.objects.get(game=game, short_code="device"), owner)


def test_own_credential_is_deleted(game: Game, owner: User) -> None:
    delete_credential(save_credential(game, "partner", {}, owner), owner)
    assert Credential.objects.filter(game=game, short_code="partner").exists() is False
    assert last_entry(game) == ("credential.deleted", "partner", "olga", {})


def test_system_credential_is_not_deleted(game: Game, owner: User) -> None:
    with pytest.raises(ValidationError, match="debug is a system credential"):
        delete_credential(Credential.objects.get(game=game, short_code="debug"), owner)


def test_new_secret_never_holds_a_colon() -> None:
    assert [secret for secret in (new_secret() for _ in range(200)) if not secret.isalnum()] == []
