"""A game with a row of everything that the operators' admin shows, each row named after the game."""

from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import Model

from cloudcode.models import ScriptLog, ScriptRun
from cloudcode.scripts import save_script
from competition.leaderboards import entries
from competition.models import (
    BoardEntry,
    BoardInstance,
    Challenge,
    ChatMessage,
    Holdings,
    Match,
    MatchPool,
    PendingMatch,
    PostRecord,
    TotalRecord,
    Transaction,
    TransactionItem,
    Wallet,
)
from competition.team_types import TeamType
from competition.teams import make
from competition.uploads import storing, uploads
from games.audit import record
from games.collaborators import set_role
from games.models import Collaborator, Credential, Game, Stage, StoredSection, User
from games.publishing import create_game, publish
from messaging.message_settings import message_type, save_version
from messaging.message_types import save_extension
from messaging.models import Broadcast, Message, PlayerMessage
from players.models import AnalyticsEvent, DeviceIdentity, Friendship, Player
from players.segment_settings import save_query, save_segment
from protocol.dates import now_ms
from protocol.ids import new_id
from push.devices import register
from push.models import OutboxPush, PendingCredentials, ProviderAccount, PushAttempt, PushCount

SECRET = "canary-of-a-credential"


@dataclass
class World:
    """`canaries` are texts that stand on pages of this game and nowhere else."""

    name: str
    game: Game
    user: User
    rows: list[Model] = field(default_factory=list)

    @property
    def stage(self) -> Stage:
        return self.game.stage("preview")

    @property
    def canaries(self) -> list[str]:
        ids = [row.pk for row in self.rows if isinstance(row.pk, str) and len(row.pk) == 24]
        return [self.name, self.name.upper(), self.game.api_key, *ids]

    def pks(self, model: type[Model]) -> list[Any]:
        return [row.pk for row in self.rows if type(row) is model]


def make_world(name: str, role: Collaborator.Role = Collaborator.Role.OWNER) -> World:
    """`name` in lower case stands in every row. A member of staff has the role on the game."""
    user = User.objects.create_user(f"{name}-staff", password="staff", is_staff=True)
    game = create_game(f"Game {name}", None, f"key{name}")
    set_role(game, user, role, None)
    world = World(name, game, user)
    world.rows += [game, *game.stages.all(), *game.credentials.all(), *game.collaborators.all()]
    _configure(world)
    _play(world)
    publish(game, user, f"Published {name}")
    world.rows += [*game.snapshots.all(), *game.audit_entries.all(), user]
    return world


def _configure(world: World) -> None:
    game, name = world.game, world.name
    segment = save_segment(
        game, name.upper(), None, name=name, values={"FR": {"name": f"France {name}", "description": ""}}
    )
    query = save_query(
        game, f"FRENCH_{name}", None, name=name, query={"all": [{"segment": name.upper(), "is": "FR"}]}
    )
    extension = save_extension(game, f"GIFT_{name.upper()}", f"Gift {name}", name, None)
    friend = message_type(game, "FriendMessage")
    for row in (friend, extension):
        save_version(row, {"title": f"Title {name}", "template": f"Text {name} ${{who}}"}, world.user, name)
    section = StoredSection.objects.create(game=game, name="properties", data=[{"shortCode": name}])
    record(None, f"test.{name}", name, game, what=name)
    script = save_script(
        game, f"modules/{name}", f"// By {name}\nvar by = '{name}';", world.user, name
    ).script
    world.rows += [
        segment,
        query,
        extension,
        friend,
        *friend.versions.all(),
        *extension.versions.all(),
        section,
        script,
    ]


def _play(world: World) -> None:
    stage, name = world.stage, world.name
    players = [
        Player.objects.create(stage=stage, user_name=f"{name}{n}", display_name=f"Player {name} {n}")
        for n in range(2)
    ]
    player = players[0]
    identity = DeviceIdentity.objects.create(stage=stage, player=player, device_id=f"device-{name}")
    friendship = Friendship.objects.create(player=player, friend=players[1], source=f"source-{name}")
    event = AnalyticsEvent.objects.create(stage=stage, player=player, key=f"event-{name}")
    world.rows += [*players, friendship, event, identity]
    _push(world, _message(world, player))
    _team(world, player)
    _own(world, player)
    _challenge(world, players)
    _post(world, player)
    _board(world, player)
    _matches(world, players)
    _upload(world, player)
    _logged(world, player)


def _message(world: World, player: Player) -> PlayerMessage:
    """The player's copy of it."""
    stage, name = world.stage, world.name
    message = Message.objects.create(
        stage=stage,
        message_class="FriendMessage",
        data=f'{{"who": "{name}"}}',
        created_ms=now_ms(),
        expires_ms=now_ms() + 3_600_000,
    )
    broadcast = Broadcast.objects.create(
        message=message, stage=stage, audience="query", query=f"FRENCH_{name}", created_ms=now_ms()
    )
    copy = PlayerMessage.objects.create(
        message=message,
        player=player,
        document=f'{{"@class": ".FriendMessage", "summary": "For {name}"}}',
        created_ms=now_ms(),
        expires_ms=now_ms() + 3_600_000,
        reason="waiting_offline",
    )
    world.rows += [message, broadcast, copy]
    return copy


def _push(world: World, copy: PlayerMessage) -> None:
    stage, name = world.stage, world.name
    device = register(copy.player, "ios", f"token-of-{name}-0123456789")
    account = ProviderAccount.objects.create(
        stage=stage, provider="apns", credentials=f'{{"p8": "{SECRET}-{name}", "keyId": "{name}"}}'
    )
    PendingCredentials.objects.create(
        account=account,
        document=f'{{"credentials": {{"p8": "{SECRET}-new-{name}", "keyId": "new-{name}"}}}}',
        set_ms=1,
        due_ms=1,
    )
    push = {
        "stage": stage,
        "provider": "apns",
        "device_id": device.pk,
        "device_os": "ios",
        "player_id": copy.player_id,
        "player_message_id": copy.pk,
        "message_class": "FriendMessage",
        "payload": f'{{"for": "{name}"}}',
    }
    outbox = OutboxPush.objects.create(**push, created_ms=now_ms(), due_ms=now_ms() + 60_000)
    attempt = PushAttempt.objects.create(**push, code="BadDeviceToken", detail=f"For {name}", at_ms=now_ms())
    counted = PushCount.objects.create(
        stage=stage,
        day="2016-11-30",
        message_class=f"ScriptMessage_{name}",
        provider="apns",
        sent=4,
        opened=1,
    )
    world.rows += [device, account, outbox, attempt, counted]


def _team(world: World, player: Player) -> None:
    name = world.name
    team = make(TeamType("CLAN"), player, f"Team {name}", f"team-{name}")
    line = ChatMessage.objects.create(team=team, sender_id=player.pk, sender_name=name, text=f"By {name}")
    world.rows += [team, line]


def _logged(world: World, player: Player) -> None:
    entry = ScriptLog.objects.create(
        stage=world.stage,
        at_ms=now_ms(),
        level="INFO",
        script=f"modules/{world.name}",
        line=1,
        player_id=player.pk,
        run=new_id(),
        text=f'"By {world.name}"',
    )
    run = ScriptRun.objects.create(
        id=entry.run,
        stage=world.stage,
        at_ms=entry.at_ms,
        script=entry.script,
        player_id=player.pk,
        outcome="DONE",
        took_ms=1.5,
        calls=2,
        memory=40_000,
    )
    world.rows += [entry, run]


def _upload(world: World, player: Player) -> None:
    upload = uploads.expect(world.stage.pk, player.pk, [{"by": world.name}])
    upload.name, upload.file = f"{world.name}.bin", storing.store(ContentFile(world.name.encode()))
    upload.save()
    world.rows.append(upload)


def _own(world: World, player: Player) -> None:
    Wallet.objects.create(player=player, currency1=7)
    row = Transaction.objects.create(player=player, reason=f"Found by {world.name}")
    TransactionItem.objects.create(transaction=row, kind="currency1", amount=7, value=7)
    world.rows += [*Holdings.objects.filter(stage=world.stage), row]


def _matches(world: World, players: list[Player]) -> None:
    """One waits, and both are in a match that was found before."""
    pool = MatchPool.objects.create(stage=world.stage, match_code="RANKED", match_group=f"Group {world.name}")
    asked = {
        "pool": pool,
        "skill": 12.5,
        "match_data": f'{{"by": "{world.name}"}}',
        "due_ms": now_ms() + 60_000,
    }
    pending = PendingMatch.objects.create(player_ids=f'["{players[0].pk}"]', **asked)
    waiting = {"pool": pool, "player": players[0], "skill": 12.5, "since_ms": now_ms()}
    pending.waiting.create(participant_data=f'{{"name": "{world.name}"}}', **waiting)
    match = Match.objects.create(pool=pool)
    for number, player in enumerate(players, 1):
        match.participants.create(
            id=new_id(), player=player, peer_id=number, skill=10, since_ms=now_ms(), offline_ms=now_ms()
        )
    world.rows += [pending, match]


def _challenge(world: World, players: list[Player]) -> None:
    challenger, other = players
    challenge = Challenge.objects.create(
        stage=world.stage,
        short_code="DUEL",
        challenger_id=challenger.pk,
        access="PRIVATE",
        state="ISSUED",
        message=f"By {world.name}",
        due_ms=now_ms() + 60_000,
    )
    challenge.players.create(player=challenger, stand="accepted", challenged=False)
    challenge.players.create(player=other, stand="invited")
    said = challenge.chat.create(
        sender_id=challenger.pk, sender_name=world.name, text=f"Said by {world.name}"
    )
    world.rows += [challenge, said]


def _board(world: World, player: Player) -> None:
    board = BoardInstance.objects.create(stage=world.stage, board="HS", code=f"HS.BY.{world.name}")
    entry = BoardEntry(instance=board, player=player, place="a", when_ms=now_ms())
    entry.values = {"BY": world.name}
    entries.add([entry])
    world.rows += [board, entry]


def _post(world: World, player: Player) -> None:
    counted = TotalRecord.objects.create(
        stage=world.stage, total="SCORE", player=player, counted=f'{{"BY": "{world.name}"}}'
    )
    post = PostRecord.objects.create(
        stage=world.stage,
        player=player,
        event="SCORE",
        at_ms=now_ms(),
        story=f'{{"values": "by {world.name}", "totals": ["SCORE"]}}',
    )
    world.rows += [counted, post]


def secrets_of(game: Game) -> list[str]:
    """Everything that no page may show."""
    return [row.secret for row in Credential.objects.filter(game=game)] + [SECRET]
