"""Messages about leaderboards (§3.3): whom a new high score is told, and in what words.

A challenge's own list tells nothing by itself: its players hear of it by the challenge's messages.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from competition.achievements.earned import Earned
from competition.events.posts import Posting
from competition.events.stories import Told
from competition.leaderboards import rank_details
from competition.leaderboards.changes import EntryChange
from competition.leaderboards.documents import entry_document
from competition.leaderboards.rank_details import MOST_LISTED
from competition.models import BoardEntry, Team, TeamMember
from games.events import PlatformEvent
from games.signals import platform_event

NOT_BETTER = "The entry is not better than before."
IN_A_CHALLENGE = "The challenge tells its players."
NOBODY = "Its notifications are off, or concern nobody."


def announce(posting: Posting, changes: Sequence[EntryChange], earned: Iterable[Earned]) -> tuple[Told, ...]:
    """In the post's transaction. `earned` are the achievements of this very post."""
    achieved = list(earned)
    team_ids = _team_ids(changes)
    return tuple(_told(posting, change, achieved, team_ids) for change in changes)


def _told(
    posting: Posting, change: EntryChange, earned: Sequence[Earned], team_ids: Mapping[int, str]
) -> Told:
    sent, why = _announce(posting, change, earned)
    owner = change.owner
    return Told(
        board=change.board_code,
        owner=owner.player_id or "" if owner.team_pk is None else team_ids[owner.team_pk],
        old=None if change.old is None else change.old.values,
        new=change.new.values,
        sent=sent,
        why=why,
    )


def _announce(posting: Posting, change: EntryChange, earned: Sequence[Earned]) -> tuple[tuple[str, ...], str]:
    """What was sent, or why nothing."""
    if posting.scope:
        return (), IN_A_CHALLENGE
    if not change.improved:
        return (), NOT_BETTER
    news = _News(posting, change)
    codes = [each.achievement for each in earned if each.owner == change.owner]
    sent = _of_team(news, codes) if change.owner.team_pk is not None else _of_player(news, codes)
    return tuple(sent), "" if sent else NOBODY


def _team_ids(changes: Sequence[EntryChange]) -> dict[int, str]:
    keys = {change.owner.team_pk for change in changes if change.owner.team_pk is not None}
    return dict(Team.objects.filter(pk__in=keys).values_list("pk", "team_id")) if keys else {}


class _News:
    """One new high score. What several messages need is read once, and only when one does."""

    def __init__(self, posting: Posting, change: EntryChange) -> None:
        self.posting = posting
        self.change = change
        self.board = change.board

    @cached_property
    def document(self) -> dict[str, Any]:
        return entry_document(self.change.entry)

    @cached_property
    def friends_passed(self) -> dict[int, BoardEntry]:
        """All who are to be told, else those who are to be listed."""
        wanted = self.change.passed_friends
        return {row.pk: row for row in _read(wanted if self.board.tells_social else wanted[:MOST_LISTED])}

    def score(self, earned: Sequence[str]) -> dict[str, Any]:
        """The own fields of NewHighScoreMessage and NewTeamScoreMessage (§3.3.2)."""
        top_passed = rank_details.passed_of_top(self.change) if self.board.top_n else []
        details = rank_details.rank_details(self.change, self.friends_passed, top_passed)
        achieved = {"achievementsEarned": list(earned)} if earned else {}
        return {**achieved, "leaderboardData": self.document, **self._named, "rankDetails": details}

    def passed(self) -> dict[str, Any]:
        """Those of the messages to whom it passed; each of them gets a `you` of their own."""
        return {**self._named, "them": self.document}

    @property
    def _named(self) -> dict[str, str]:
        return {"leaderboardName": self.board.name, "leaderboardShortCode": self.change.board_code}

    def send(
        self,
        message_class: str,
        data: Mapping[str, Any],
        player_ids: Iterable[str],
        per_player: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> list[str]:
        """The class, if there is anybody to tell."""
        recipients = tuple(player_ids)
        if recipients:
            event = PlatformEvent(
                stage_id=self.posting.stage_id,
                message_class=message_class,
                data=data,
                player_ids=recipients,
                per_player=per_player or {},
                origin=self.posting.origin,
            )
            platform_event.send(sender="leaderboards", run=self.posting.run, event=event)
        return [message_class] if recipients else []


def _of_player(news: _News, earned: Sequence[str]) -> list[str]:
    change, board = news.change, news.board
    sent = []
    if board.tells_high_scores:
        sent += news.send("NewHighScoreMessage", news.score(earned), [change.player_id])
    if board.tells_social:
        yours = {
            str(row.player_id): {"you": entry_document(row)} for row in reversed(news.friends_passed.values())
        }
        sent += news.send("SocialRankChangedMessage", news.passed(), yours, yours)
    loser = _knocked_out(news)
    if loser is not None and loser.player_id != change.player_id:
        you = {str(loser.player_id): {"you": entry_document(loser)}}
        sent += news.send("GlobalRankChangedMessage", news.passed(), you, you)
    return sent


def _of_team(news: _News, earned: Sequence[str]) -> list[str]:
    """The poster hears of it by the one switch, the others by another (§3.3.3)."""
    change, board = news.change, news.board
    told = [change.player_id] if board.tells_high_scores else []
    if board.tells_social:
        told += [each for each in _members(change.owner.team_pk) if each != change.player_id]
    sent = news.send("NewTeamScoreMessage", news.score(earned), told) if told else []
    loser = _knocked_out(news)
    if loser is not None and loser.team_id != change.owner.team_pk:
        you = {"you": entry_document(loser)}
        members = _members(loser.team_id)
        sent += news.send("TeamRankChangedMessage", {**news.passed(), **you}, members)
    return sent


def _knocked_out(news: _News) -> BoardEntry | None:
    return rank_details.knocked_out(news.change) if news.board.tells_top_n and news.board.top_n else None


def _members(team_pk: int | None) -> list[str]:
    return list(TeamMember.objects.filter(team=team_pk).order_by("id").values_list("player_id", flat=True))


def _read(entry_ids: Sequence[int]) -> list[BoardEntry]:
    """With their players and teams, the best first."""
    rows = BoardEntry.objects.filter(pk__in=entry_ids).select_related("player", "team")
    return list(rows.order_by("place")) if entry_ids else []
