"""Every change of a game's scripts, and reading them back."""

from collections.abc import Mapping

from django.db import transaction

from cloudcode.models import Script, ScriptVersion
from cloudcode.sandbox.checking import SyntaxFault, syntax_faults
from cloudcode.sandbox.sources import source_of
from games.audit import record
from games.kept_shapes import MOST_SCRIPT_BYTES
from games.models import Game, User
from games.stages import touch

TOO_LARGE = SyntaxFault(f"the text is larger than {MOST_SCRIPT_BYTES // 1024} KB")
REALTIME = ("rtScript", "rtModules")  # folders that are kept, and never run


class ScriptFault(Exception):
    """The engine cannot read a script. `faults` are sentences with their lines."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def texts_of(game: Game) -> dict[str, str]:
    """What preview runs, as the game document writes it."""
    rows = Script.objects.filter(game=game, current__isnull=False).order_by("key")
    return dict(rows.values_list("key", "current__text"))


def versions_of(game: Game) -> dict[str, int]:
    """The number of the version that preview runs, by key."""
    rows = Script.objects.filter(game=game, current__isnull=False)
    return dict(rows.values_list("key", "current__number"))


def check(texts: Mapping[str, str]) -> dict[str, str]:
    """A sentence for each that cannot be read."""
    return {key: sentence(fault) for key, fault in syntax_faults_of(texts).items()}


def syntax_faults_of(texts: Mapping[str, str]) -> dict[str, SyntaxFault]:
    """Those of real-time scripts are another engine's business. A text that is too large is not read."""
    large = {key for key, text in texts.items() if len(text.encode()) > MOST_SCRIPT_BYTES}
    run = {key: text for key, text in texts.items() if key.partition("/")[0] not in REALTIME}
    sources = {
        key: source
        for key, text in run.items()
        if key not in large and (source := source_of(text)) is not None
    }
    return dict.fromkeys(large, TOO_LARGE) | syntax_faults(sources)


def sentence(fault: SyntaxFault) -> str:
    if fault.line is None:
        return fault.message
    column = "" if fault.column is None else f", column {fault.column}"
    return f"line {fault.line}{column}: {fault.message}"


def place(fault: SyntaxFault) -> str:
    """As compilers write it behind a file's name: `:3:9`."""
    return "".join(f":{each}" for each in (fault.line, fault.column) if each is not None)


def save_script(game: Game, key: str, text: str, author: User | None, note: str = "") -> ScriptVersion:
    """Make this the script's text from now on; the current version when nothing changed.

    Raises ScriptFault.
    """
    if faults := check({key: text}):
        raise ScriptFault(list(faults.values()))
    with transaction.atomic():
        script, _ = Script.objects.get_or_create(game=game, key=key)
        locked = Script.objects.select_for_update(of=("self",), no_key=True).select_related("current")
        script = locked.get(pk=script.pk)
        if script.current is not None and script.current.text == text:
            return script.current
        version = _add_version(script, text, author, note)
        script.current = version
        script.save(update_fields=["current"])
        record(author, "script.changed", key, game, version=version.number, note=note)
        touch(game)
    return version


def remove_script(script: Script, author: User | None) -> None:
    """It is bound to nothing any more; its versions stay."""
    with transaction.atomic():
        Script.objects.filter(pk=script.pk).update(current=None)
        record(author, "script.removed", script.key, script.game)
        touch(script.game)


def replace_all(game: Game, texts: Mapping[str, str], author: User | None, note: str) -> None:
    """Make these the game's scripts. In the caller's transaction."""
    for script in Script.objects.filter(game=game, current__isnull=False).exclude(key__in=list(texts)):
        remove_script(script, author)
    for key, text in sorted(texts.items()):
        save_script(game, key, text, author, note)


def _add_version(script: Script, text: str, author: User | None, note: str) -> ScriptVersion:
    newest = script.versions.order_by("-number").first()
    return ScriptVersion.objects.create(
        script=script,
        number=newest.number + 1 if newest else 1,
        text=text,
        note=note,
        author=author,
        author_name=author.username if author else "",
    )
