"""Scripts from files into a game: what would change, and the change, whole or not at all."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.db import transaction

from cloudcode.bound_names import names_of, why_unbound
from cloudcode.models import Script
from cloudcode.scripts import place, remove_script, save_script, syntax_faults_of, texts_of
from cloudcode.trees import Tree, TreeRefused
from games.models import Game, User

AROUND = 2  # lines of context in a diff


@dataclass(frozen=True, slots=True)
class Change:
    """`before` None: added; `after` None: removed."""

    key: str
    before: str | None
    after: str | None

    @property
    def what(self) -> str:
        return "added" if self.before is None else "removed" if self.after is None else "changed"

    def diff(self) -> Iterator[str]:
        """Lines of a unified diff."""
        file = f"{self.key}.js"
        old, new = (text.splitlines() for text in (self.before or "", self.after or ""))
        return difflib.unified_diff(old, new, file, file, lineterm="", n=AROUND)


@dataclass(frozen=True, slots=True)
class Plan:
    """`unbound`: the reason by key, of scripts that are left out. `same` is how many stay as they are."""

    changes: list[Change] = field(default_factory=list)
    unbound: dict[str, str] = field(default_factory=dict)
    same: int = 0


def plan_import(game: Game, tree: Tree, replace: bool = False) -> Plan:
    """`replace`: scripts that the tree lacks are removed. Raises TreeRefused with every syntax error."""
    names = names_of(game)
    unbound = {key: reason for key in tree.texts if (reason := why_unbound(key, names)) is not None}
    wanted = {key: text for key, text in tree.texts.items() if key not in unbound}
    if faults := syntax_faults_of(wanted):
        raise TreeRefused(*(f"{key}.js{place(fault)}: {fault.message}" for key, fault in faults.items()))
    there = texts_of(game)
    changes = list(_changes(there, wanted))
    if replace:
        changes += [Change(key, text, None) for key, text in there.items() if key not in tree.texts]
    return Plan(changes, unbound, sum(there.get(key) == text for key, text in wanted.items()))


def apply_import(game: Game, plan: Plan, author: User | None, note: str) -> None:
    """Each change is a version of its script."""
    with transaction.atomic():
        for change in plan.changes:
            if change.after is None:
                remove_script(Script.objects.get(game=game, key=change.key), author)
            else:
                save_script(game, change.key, change.after, author, note)


def _changes(there: Mapping[str, str], wanted: Mapping[str, str]) -> Iterator[Change]:
    for key, text in wanted.items():
        if there.get(key) != text:
            yield Change(key, there.get(key), text)
