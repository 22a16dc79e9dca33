from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cloudcode.importing import Change, Plan, apply_import, plan_import
from cloudcode.scripts import REALTIME
from cloudcode.trees import Tree, TreeRefused, read_tree
from games.command_arguments import named_game


class Command(BaseCommand):
    help = "Take a game's scripts from a folder, or a zip of one, as the old platform's tools left it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", metavar="KEY", help="the game's API key")
        parser.add_argument("source", metavar="DIR|ZIP", type=Path, help="where event/, modules/ … are")
        parser.add_argument("--replace", action="store_true", help="remove scripts that are not there")
        parser.add_argument("--note", default="", help="what the versions say of the change")
        parser.add_argument("--dry-run", action="store_true", help="show what would change, change nothing")

    def handle(
        self, *, key: str, source: Path, replace: bool, note: str, dry_run: bool, **options: Any
    ) -> None:
        game = named_game(key)
        try:
            tree = read_tree(source)
            plan = plan_import(game, tree, replace)
        except TreeRefused as refused:
            lines = "".join(f"\n  {fault}" for fault in refused.faults)
            raise CommandError(f"Nothing was imported.{lines}") from None
        except OSError as error:
            raise CommandError(f"{source} cannot be read: {error.strerror}.") from None
        self._tell(tree, plan)
        if not dry_run:
            apply_import(game, plan, None, note or f"Imported from {source.name}"[:200])
        start = "Dry run, nothing changed. Would be: " if dry_run else "Imported into "
        self.stdout.write(f"{start}{game.name} ({game.api_key}): {_summary(plan)}.")

    def _tell(self, tree: Tree, plan: Plan) -> None:
        for change in plan.changes:
            self.stdout.write(_line(change))
            for line in change.diff() if change.what == "changed" else ():
                self.stdout.write(f"  {line}")
        for key, reason in plan.unbound.items():
            self.stderr.write(f"skipped  {key}: {reason}")
        for path in tree.others:
            self.stderr.write(f"ignored  {path}: no script")


def _line(change: Change) -> str:
    kept = " (kept, never run)" if change.key.partition("/")[0] in REALTIME else ""
    return f"{change.what:<8} {change.key}{kept}"


def _summary(plan: Plan) -> str:
    kinds = [change.what for change in plan.changes]
    counts = {what: kinds.count(what) for what in ("added", "changed", "removed")}
    counts |= {"unchanged": plan.same, "skipped": len(plan.unbound)}
    return ", ".join(f"{count} {what}" for what, count in counts.items())
