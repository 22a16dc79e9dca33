"""Ranks by buckets and moves, against the list that they are of, on whichever database the tests run."""

import random
from bisect import bisect_left

import pytest

from competition.leaderboards import counts, entries, folding
from competition.leaderboards.places import place, sort_key
from competition.models import BoardBucket, BoardEntry, BoardInstance, BoardMove
from games.models import Stage
from players.models import Player


@pytest.fixture
def small_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "BUCKET", 8)


@pytest.fixture
def board(stage: Stage) -> BoardInstance:
    return BoardInstance.objects.create(stage=stage, board="HS", code="HS")


class Model:
    """A board of one player's entries, and the sorted list of its places."""

    def __init__(self, board: BoardInstance, player: Player) -> None:
        self.board, self.player = board, player
        self.by_name: dict[str, str] = {}

    def post(self, name: str, score: int, when: int) -> None:
        there = place(sort_key([(score, True)]), when, name)
        entry = BoardEntry.objects.filter(instance=self.board, custom_id=name).first()
        if entry is None:
            new = BoardEntry(
                instance=self.board, player=self.player, custom_id=name, place=there, values={}, when_ms=when
            )
            entries.add([new])
        else:
            old, entry.place = entry.place, there
            entries.change([(entry, old)])
        self.by_name[name] = there

    def remove(self, *names: str) -> None:
        gone = BoardEntry.objects.filter(instance=self.board, custom_id__in=names)
        assert entries.remove(gone) == len(names)
        for name in names:
            del self.by_name[name]

    def check(self) -> None:
        standing = sorted(self.by_name.values())
        asked = [*standing, "", "~", place(sort_key([(3, True)]), 0, "")]
        assert counts.ahead(self.board.pk, asked) == [bisect_left(standing, each) for each in asked]
        assert counts.count(self.board.pk) == len(standing)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.usefixtures("small_buckets")
def test_ranks_are_those_of_the_sorted_list(seed: int, board: BoardInstance, ana: Player) -> None:
    model, chance = Model(board, ana), random.Random(seed)
    for step in range(150):
        match chance.choice(["post", "post", "post", "remove", "fold", "rebuild"]):
            case "post":
                model.post(f"p{chance.randrange(60)}", chance.randrange(12), step)
            case "remove" if model.by_name:
                model.remove(
                    *chance.sample(sorted(model.by_name), min(chance.randrange(1, 9), len(model.by_name)))
                )
            case "fold":
                folding.fold(board.pk)
            case "rebuild":
                folding.rebuild(board.pk)
        if step % 5 == 0:
            model.check()
    model.check()


@pytest.mark.usefixtures("small_buckets")
def test_folding_leaves_no_moves_and_buckets_of_a_size(board: BoardInstance, ana: Player) -> None:
    model = Model(board, ana)
    for number in range(50):
        model.post(f"p{number}", number, number)
    assert not folding.fold_all()
    assert BoardMove.objects.count() == 0
    sizes = list(BoardBucket.objects.order_by("low").values_list("amount", flat=True))
    assert (sum(sizes), max(sizes)) == (50, 10)
    assert len(sizes) == 6
    model.remove(*[f"p{number}" for number in range(1, 50)])
    folding.fold_all()
    folding.fold_all()
    assert [(row.low, row.amount) for row in BoardBucket.objects.all()] == [("", 1)]
    model.check()


@pytest.mark.usefixtures("small_buckets")
def test_one_board_s_counts_are_not_another_s(board: BoardInstance, stage: Stage, ana: Player) -> None:
    other = BoardInstance.objects.create(stage=stage, board="HS", code="HS", scope="challenge")
    model, second = Model(board, ana), Model(other, ana)
    for number in range(20):
        model.post(f"p{number}", number, number)
        second.post(f"p{number}", -number, number)
    folding.fold(board.pk)
    model.check()
    second.check()
    entries.clear(board)
    model.by_name.clear()
    model.check()
    second.check()


def test_what_was_written_without_moves_is_counted_by_a_rebuild(
    board: BoardInstance, ana: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folding, "BUCKET", 500)
    BoardEntry.objects.bulk_create(
        BoardEntry(
            instance=board,
            player=ana,
            custom_id=str(number),
            place=place(sort_key([(number, True)]), 0, str(number)),
            values={},
            when_ms=0,
        )
        for number in range(2300)
    )
    folding.rebuild(board.pk)
    assert counts.count(board.pk) == 2300
    assert list(BoardBucket.objects.order_by("low").values_list("amount", flat=True)) == [500] * 3 + [800]
    assert counts.ahead(board.pk, [place(sort_key([(10, True)]), 0, "10")]) == [2289]
