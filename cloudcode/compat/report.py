"""The report of a project: what each file needs, what is there, and what the game lacks."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

import msgspec

from cloudcode.bound_names import MESSAGE_FOLDERS, GameNames, why_unbound
from cloudcode.compat.kinds import KindFinder
from cloudcode.compat.learning import kinds_in
from cloudcode.compat.project import File, Project
from cloudcode.compat.quirks import QUIRKS, quirks_of
from cloudcode.compat.secrets import secrets_of
from cloudcode.compat.uses import Lines, Uses, uses_of
from cloudcode.scripts import REALTIME, syntax_faults_of
from cloudcode.trees import Tree
from messaging.message_types import EXTENSION_PREFIX, OWN_EXTENSIONS
from protocol.registry import load_requests

EVENT_FOLDERS = ("event", "event-challenge")

Found = dict[str, list[int]]  # lines by name


class QuirkLine(msgspec.Struct, omit_defaults=True):
    """`works`: whether it does here."""

    line: int
    quirk: str
    works: bool
    about: str = ""


class SecretLine(msgspec.Struct):
    line: int
    kind: str
    masked: str


class SyntaxLine(msgspec.Struct, omit_defaults=True):
    message: str
    line: int | None = None
    column: int | None = None


class FileReport(msgspec.Struct, omit_defaults=True):
    """`unbound`: why nothing would ever run it. `uses` and `missing` are methods and requests."""

    uses: Found = {}
    missing: Found = {}
    quirks: list[QuirkLine] = []
    secrets: list[SecretLine] = []
    syntax: SyntaxLine | None = None
    unbound: str = ""


class Report(msgspec.Struct, rename="camel"):
    """`lacking` by section of the game document, and `modules`: short codes with the files that name them.

    `attributes` are what scripts read of each event. `realtime` and `ignored` are files not looked at.
    """

    files: dict[str, FileReport]
    lacking: dict[str, dict[str, list[str]]]
    attributes: dict[str, list[str]]
    realtime: list[str]
    ignored: list[str]

    @property
    def methods(self) -> tuple[set[str], set[str]]:
        """Those that can be called here, and those that cannot."""
        files = self.files.values()
        return {name for file in files for name in file.uses}, {
            name for file in files for name in file.missing
        }


def report_on(tree: Tree, there: Mapping[str, frozenset[str]]) -> Report:
    """`there` are the short codes that the game has already, by section."""
    load_requests()
    texts = {key: text for key, text in tree.texts.items() if key.partition("/")[0] not in REALTIME}
    project = Project(texts)
    kinds = kinds_in(project)
    uses = {key: uses_of(file, kinds) for key, file in project.files.items()}
    faults = syntax_faults_of(texts)
    files = {key: _file(file, project, kinds, uses[key]) for key, file in project.files.items()}
    for key, fault in faults.items():
        files[key].syntax = SyntaxLine(fault.message, fault.line, fault.column)
    return Report(
        files,
        _lacking(project, uses, there),
        _attributes(uses),
        sorted(tree.texts.keys() - texts.keys()),
        tree.others,
    )


def _file(file: File, project: Project, kinds: KindFinder, uses: Uses) -> FileReport:
    return FileReport(
        _sorted(uses.supported),
        _sorted(uses.missing),
        sorted(_quirks(file, project, uses), key=lambda each: (each.line, each.quirk, each.about)),
        [SecretLine(each.line, each.kind, each.masked) for each in secrets_of(file, kinds)],
        None,
        _never_bound(file.key),
    )


def _quirks(file: File, project: Project, uses: Uses) -> Iterator[QuirkLine]:
    for each in quirks_of(file, project):
        yield QuirkLine(each.line, each.what, QUIRKS[each.what][0], each.name)
    for name, lines in uses.getters.items():
        yield from (QuirkLine(line, "getter as property", True, name) for line in lines)


def _never_bound(key: str) -> str:
    """Why nothing would run it in any game, whatever short codes it has."""
    name = key.partition("/")[2]
    extension = name.removeprefix(EXTENSION_PREFIX)
    any_game = GameNames(frozenset({name}), frozenset({extension}), frozenset({name}))
    return why_unbound(key, any_game) or ""


def _lacking(
    project: Project, uses: Mapping[str, Uses], there: Mapping[str, frozenset[str]]
) -> dict[str, dict[str, list[str]]]:
    named: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for key, file in project.files.items():
        for section, code in [*_named_by_file(key), *_named_by_uses(uses[key])]:
            if code not in there.get(section, ()) and not _comes_with_every_game(section, code):
                named[section][code].add(f"{key}.js")
        for code, _ in file.required:
            if project.module(code) is None and code not in there.get("modules", ()):
                named["modules"][code].add(f"{key}.js")
    return {
        section: {code: sorted(files) for code, files in sorted(codes.items())}
        for section, codes in sorted(named.items())
    }


def _comes_with_every_game(section: str, code: str) -> bool:
    return section == "messageExtensions" and code in OWN_EXTENSIONS


def _named_by_file(key: str) -> Iterator[tuple[str, str]]:
    folder, _, name = key.partition("/")
    if folder in EVENT_FOLDERS:
        yield "events", name
    elif folder == "callbacks":
        yield "credentials", name
    elif folder in MESSAGE_FOLDERS and name.startswith(EXTENSION_PREFIX):
        yield "messageExtensions", name.removeprefix(EXTENSION_PREFIX)


def _named_by_uses(uses: Uses) -> Iterator[tuple[str, str]]:
    return ((section, code) for section, codes in uses.codes.items() for code in codes)


def _attributes(uses: Mapping[str, Uses]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for key, each in uses.items():
        folder, _, name = key.partition("/")
        if folder in EVENT_FOLDERS and each.attributes:
            found[name] |= each.attributes
    return {event: sorted(names) for event, names in sorted(found.items())}


def _sorted(lines: Lines) -> Found:
    return {name: sorted(each) for name, each in sorted(lines.items())}
