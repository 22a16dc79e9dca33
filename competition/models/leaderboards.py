"""Leaderboards: which there are, who stands where, and how many stand before."""

from django.db import models
from django.db.models import Q

from competition.models.json_text import JsonText
from competition.models.teams import Team
from games.id_field import IdField
from games.models import Stage
from players.models import Player
from protocol.dates import now_ms

LONGEST_CODE = 500
LONGEST_CUSTOM_ID = 300


class BoardInstance(models.Model):
    """A list of entries: a configured board's, one partition's (§3.4), one build's or one period's (§3.5).

    `board` is the configured short code, `code` what clients call the list, such as `HSBC.COUNTRY.UK`.
    `scope` is a challenge's id for the list of its own, else "". `period` is the first day of the reset
    period, else "". An `archived` list takes no posts (§3.4.3). `build` is the date of a build, else "", and
    such a list is `ready` once it is complete; only then anybody sees it.
    """

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+", db_index=False)
    board = IdField(max_length=50)
    code = IdField(max_length=LONGEST_CODE)
    scope = IdField(default="", blank=True)
    period = IdField(max_length=10, default="", blank=True)
    build = IdField(max_length=10, default="", db_default="", blank=True)
    ready = models.BooleanField(default=True, db_default=True)
    archived = models.BooleanField(default=False)
    created_ms = models.BigIntegerField(default=now_ms)

    class Meta:
        verbose_name = "leaderboard"
        constraints = [
            models.UniqueConstraint(fields=["stage", "scope", "code", "period"], name="board_instance"),
        ]
        indexes = [models.Index(fields=["stage", "scope", "board", "code"], name="board_instances")]

    def __str__(self) -> str:
        return self.code


class BoardEntry(models.Model):
    """One entry of a player, or of a team. `values` are its fields by their wire names.

    `place` orders the entries, the best first (`competition.leaderboards.places`); no two are equal.
    `custom_id` tells an owner's entries apart where the board has several (§3.1.4). `when_ms` is when it
    came to its sorted fields; `city` and `country` are where the player was.
    """

    instance = models.ForeignKey(
        BoardInstance, on_delete=models.CASCADE, related_name="entries", db_index=False
    )
    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="board_entries", null=True)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="board_entries", null=True)
    custom_id = IdField(max_length=LONGEST_CUSTOM_ID, default="", blank=True)
    place = IdField(max_length=2400)
    values = JsonText()
    when_ms = models.BigIntegerField()
    city = models.CharField(max_length=255, default="", blank=True)
    country = models.CharField(max_length=255, default="", blank=True)

    class Meta:
        verbose_name = "leaderboard entry"
        verbose_name_plural = "leaderboard entries"
        constraints = [
            models.UniqueConstraint(fields=["instance", "place"], name="board_entry_place"),
            models.UniqueConstraint(
                fields=["instance", "player", "custom_id"],
                name="board_entry_of_player",
                condition=Q(player__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["instance", "team", "custom_id"],
                name="board_entry_of_team",
                condition=Q(team__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(player__isnull=False, team__isnull=True)
                | Q(player__isnull=True, team__isnull=False),
                name="board_entry_has_one_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.player or self.team} in {self.instance}"


class BoardBucket(models.Model):
    """How many entries were counted from the place `low` up to the next bucket's."""

    instance = models.ForeignKey(
        BoardInstance, on_delete=models.CASCADE, related_name="buckets", db_index=False
    )
    low = IdField(max_length=2400, blank=True)
    amount = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instance", "low"], name="board_bucket")]

    def __str__(self) -> str:
        return f"{self.amount} from {self.low or 'the top'}"


class BoardMove(models.Model):
    """An entry came to a place (`amount` 1) or left it (-1), and no bucket has counted that yet."""

    instance = models.ForeignKey(
        BoardInstance, on_delete=models.CASCADE, related_name="moves", db_index=False
    )
    place = IdField(max_length=2400)
    amount = models.SmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["instance", "place"], name="board_moves")]

    def __str__(self) -> str:
        return f"{self.amount:+d} at {self.place}"
