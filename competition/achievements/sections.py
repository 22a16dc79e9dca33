"""The game document's section `achievements`."""

from collections.abc import Iterator, Mapping
from typing import Any

from competition.achievements.data import RANKS, datum_of
from competition.achievements.types import AchievementType, read_achievement
from competition.events.numbers import read_number
from competition.events.total_types import TotalTypes
from competition.leaderboards.types import BoardType
from games import kept_shapes, references
from games.kept_sections import KeptSection
from games.sections import CompileContext, Faults, all_sections, register

STANDS_ON = ("events", "runningTotals", "leaderboards")


class AchievementsSection(KeptSection):
    """Compiles to `{short code: AchievementType}`."""

    needs = ("runningTotals", "leaderboards", "virtualGoods")

    def validate(self, data: Any, faults: Faults, document: Mapping[str, Any]) -> None:
        super().validate(data, faults, document)
        sections = _compiled(document)
        for index, item in enumerate(data if isinstance(data, list) else []):
            if isinstance(item, dict):
                _check(item, faults.at(self.name).at(index), sections)

    def compile(self, data: Any, context: CompileContext) -> dict[str, AchievementType]:
        totals: TotalTypes = context.sections["runningTotals"]
        boards, goods = context.sections["leaderboards"], context.sections["virtualGoods"]
        return {
            item["shortCode"]: read_achievement(item, boards, totals.by_code, goods)
            for item in kept_shapes.achievements(data, Faults())
        }


def _check(item: Mapping[str, Any], faults: Faults, sections: Mapping[str, Any] | None) -> None:
    code, triggers = item.get("leaderboard"), item.get("triggers")
    if code is None and triggers:
        faults.at("triggers").add("only a leaderboard's achievement has triggers")
    board = sections["leaderboards"].get(code) if sections and isinstance(code, str) else None
    for place, trigger in enumerate(triggers if isinstance(triggers, list) else []):
        if isinstance(trigger, dict):
            here = faults.at("triggers").at(place)
            _check_value(trigger, here.at("value"))
            if sections and board:
                _check_datum(trigger.get("data"), board, sections["runningTotals"], here.at("data"))


def _check_value(trigger: Mapping[str, Any], faults: Faults) -> None:
    value = trigger.get("value")
    if trigger.get("op") == "any":
        return
    if value is None:
        faults.add("required")
    elif trigger.get("data") in RANKS and not _is_number(value):
        faults.add("a rank is compared with a number")


def _check_datum(data: Any, board: BoardType, totals: TotalTypes, faults: Faults) -> None:
    if isinstance(data, str) and datum_of(data, board, totals.by_code) is None:
        faults.add(f'"{board.code}" has no "{data}"')


def _is_number(value: Any) -> bool:
    try:
        read_number(value)
    except ValueError:
        return False
    return True


def _compiled(document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What triggers look at; None while it has faults of its own, which are reported there."""
    faults, sections = Faults(), dict[str, Any]()
    for section in _stands_on():
        data = document.get(section.name, section.empty())
        section.validate(data, faults, document)
        if faults.found:
            return None
        sections[section.name] = section.compile(data, CompileContext(0, 0, "", sections=sections))
    return sections


def _stands_on() -> Iterator[Any]:
    by_name = {section.name: section for section in all_sections()}
    return (by_name[name] for name in STANDS_ON)


register(AchievementsSection("achievements", kept_shapes.achievements, references.achievements))
