"""What the message trace is asked, and what it finds: a copy, a message's copies, a post, or why nothing.

Reads only; every question is about one stage.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import QuerySet

from games.models import Stage
from messaging.audience_proof import Proof, proof
from messaging.models import Message, PlayerMessage
from messaging.past_messages import newest_messages
from messaging.trace import Trace
from messaging.tracers import tracers
from players.models import Player
from portal.web.wording import day
from protocol.dates import now_ms
from protocol.ids import id_ms

MOST_COPIES = 50
MOST_EARLIER = 9
MOST_OTHERS = 5
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Question:
    """An id of a message, or of a player's copy; or a player's latest message of a type; "" is not given."""

    id: str = ""
    player: str = ""
    type_code: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One `copy` with its player's `earlier` ones, or a message's `copies`, or a `post`, or `nothing`.

    `nothing` is the sentence that says why, `proof` what it is based on; `other_stage` that it is there to be
    found. `others` are the class's last messages, for whom none reached. `under_way` is the id of a message
    whose first copy is being made.
    """

    copy: PlayerMessage | None = None
    earlier: Sequence[PlayerMessage] = ()
    message: Message | None = None
    copies: Sequence[PlayerMessage] = field(default_factory=list)
    post: Trace | None = None
    nothing: str = ""
    other_stage: str = ""
    proof: Proof | None = None
    player: Player | None = None
    others: Sequence[Message] = ()
    under_way: str = ""


def answer(stage: Stage, question: Question) -> Answer:
    found = _look(stage, question)
    if isinstance(found, Answer):
        return found
    other = Stage.objects.filter(game=stage.game_id).exclude(pk=stage.pk).first()
    if other is not None and isinstance(_look(other, question), Answer):
        where = "live" if other.name == "live" else "preview"
        return Answer(nothing=f"This is on {where}, not on {stage.name}.", other_stage=where)
    others = newest_messages(stage.pk, question.type_code, MOST_OTHERS) if question.type_code else ()
    return Answer(nothing=found, others=others, player=find_player(stage, question.player))


def _look(stage: Stage, question: Question) -> Answer | str:
    """An answer, or the sentence about why there is none."""
    if question.id:
        return _by_id(stage, question.id, question.player)
    player = find_player(stage, question.player)
    if player is None:
        return f"No player of {stage.name} has this id or user name."
    return _latest(player, question.type_code)


def _by_id(stage: Stage, some_id: str, player: str) -> Answer | str:
    copies = _copies(stage)
    if copy := copies.filter(pk=some_id).first():
        return Answer(copy=copy)
    if message := Message.objects.filter(stage=stage, pk=some_id).select_related("version").first():
        return _of_message(stage, message, player)
    for tracer in tracers.values():
        if found := tracer.find(stage.pk, some_id):
            return Answer(post=found[0])
    return _missing(stage, some_id)


def _of_message(stage: Stage, message: Message, given: str) -> Answer:
    copies = _copies(stage).filter(message=message)
    if given:
        return _for_player(stage, message, given)
    rows = list(copies.order_by("id")[: MOST_COPIES + 1])
    if len(rows) == 1:
        return Answer(copy=rows[0])
    if rows:
        return Answer(message=message, copies=rows)
    broadcast = getattr(message, "broadcast", None)
    if broadcast is not None and not broadcast.progress.state.over:
        return Answer(message=message, nothing="It was stored a moment ago.", under_way=message.pk)
    return Answer(message=message, nothing="It was sent, and no player has a copy: its audience was empty.")


def _for_player(stage: Stage, message: Message, given: str) -> Answer:
    player = find_player(stage, given)
    if player is None:
        return Answer(message=message, nothing=f"No player of {stage.name} has this id or user name.")
    if copy := _copies(stage).filter(message=message, player=player).first():
        return Answer(copy=copy)
    why = proof(message, player)
    return Answer(message=message, nothing=why.sentence, proof=why, player=player)


def _latest(player: Player, type_code: str) -> Answer | str:
    message_class, _, ext_code = type_code.partition("_")
    rows = PlayerMessage.objects.select_related("message__version", "player").filter(
        player=player, message__message_class=message_class, message__ext_code=ext_code
    )
    found = list(rows.order_by("-created_ms", "-id")[: MOST_EARLIER + 1])
    if found:
        return Answer(copy=found[0], earlier=found[1:])
    return (
        f"This player was in the audience of no {type_code} that is still kept"
        f" (messages are kept for {settings.FLINT_RETENTION_MESSAGE_DAYS:.0f} days)."
    )


def _missing(stage: Stage, some_id: str) -> str:
    kept = settings.FLINT_RETENTION_MESSAGE_DAYS
    try:
        made = id_ms(some_id)
    except ValueError:
        return "This is no message id: those are 24 characters, 0–9 and a–f."
    if made > now_ms() + DAY_MS:
        return "No message can have this id yet: it names a moment in the future."
    if made < now_ms() - kept * DAY_MS:
        return f"Past retention: this id is of {day(made)}, and messages are kept for {kept:.0f} days."
    return f"No message of this game has this id. One with it would be of {day(made)} and still be kept."


def _copies(stage: Stage) -> QuerySet[PlayerMessage]:
    return PlayerMessage.objects.select_related("message__version", "player").filter(message__stage=stage)


def find_player(stage: Stage, given: str) -> Player | None:
    """By id or user name."""
    if "\0" in given:  # which PostgreSQL takes in no text
        return None
    found = Player.objects.filter(stage=stage)
    return found.filter(pk=given).first() or found.filter(user_name=given).first()
