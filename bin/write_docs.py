"""Writes into README.md and docs/ what the code says: requests, metrics, codes, sizes, the demo's client.

Usage: .venv/bin/python bin/write_docs.py [STORY]

STORY is a file with what `make run STORY=1` printed; its timeline takes the place of README's.
"""

import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cloudcode.catalogue import Method
    from push.meanings import Meaning

ROOT = Path(__file__).resolve().parent.parent
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
SIZES: tuple[tuple[str, str, Callable[[float], str]], ...] = (
    ("kb_per_socket", "idle sockets", lambda kb: f"{1024 * 1024 / kb:,.0f} in 1 GB ({kb:.1f} KB each)"),
    ("request_message_rate", "messages from player to player, stored", lambda rate: f"{rate:,.0f} a second"),
    ("fanout_rate", "one message to many sockets", lambda rate: f"{rate:,.0f} deliveries a second"),
    (
        "connects_per_second",
        "players who come back after an interruption",
        lambda rate: f"{rate:,.0f} a second: 100,000 in {100_000 / rate:.0f} s",
    ),
    ("broadcast_rows_per_second", "copies of a broadcast", lambda rate: f"{rate:,.0f} a second"),
)
REQUESTS = """\
# Requests

Every request of the protocol, and [Flint's own](protocol.md). One that is not built yet answers
`{{"error": {{"@class": "NOT_SUPPORTED"}}}}`. A *server credential* is one of your own servers', an *admin
credential* one with admin requests switched on.

<!-- written by bin/write_docs.py -->
{table}"""


def requests_page() -> str:
    """docs/requests.md."""
    from protocol.support import support_table

    return REQUESTS.format(table=support_table())


def readme(text: str) -> str:
    """README.md with its table of requests and the demo's client."""
    from portal.demo.greeting import CLIENT

    return replaced(replaced(text, "requests", overview()), "client", CLIENT)


def monitoring(text: str) -> str:
    """docs/monitoring.md with its table of metrics."""
    from protocol.instruments import INSTRUMENTS
    from realtime.exposition import load_instruments

    load_instruments()
    lines = ["| Metric | Kind | Labels | What it says |", "|---|---|---|---|"]
    for name, found in sorted(INSTRUMENTS.items()):
        labels = ", ".join(f"`{label}`" for label in found.labels) or "–"
        lines.append(f"| `{name}` | {found.kind} | {labels} | {found.help} |")
    return replaced(text, "metrics", "\n".join(lines) + "\n")


def push(text: str) -> str:
    """docs/push.md with its tables of codes; the fault matrix there is written by its own run."""
    from push.codes import CODES, OWN
    from push.providers import Provider

    tables = [code_table("Flint itself", "", OWN)]
    tables += [code_table(Provider(provider).label, provider, codes) for provider, codes in CODES.items()]
    return replaced(text, "push codes", "\n".join(tables))


def code_table(title: str, provider: str, codes: "Mapping[str, Meaning]") -> str:
    """A line for each meaning, with all codes that have it."""
    from push.explaining import sentence_of

    lines = [f"| {title} | What it means | The push | What to do |", "|---|---|---|---|"]
    meant: dict[Meaning, list[str]] = {}
    for code, meaning in codes.items():
        meant.setdefault(meaning, []).append(f"`{code.partition('/')[0]}`")
    for meaning, named in meant.items():
        sentence = sentence_of(meaning, provider)
        lines.append(f"| {', '.join(named)} | {sentence} | {_then(named[0], meaning)} | {meaning.remedy} |")
    return "\n".join(lines) + "\n"


def _then(code: str, meaning: "Meaning") -> str:
    """What becomes of the push, and of the device's token."""
    from push.transports.base import Prune

    if code in ("`sent`", "`sandbox`", "`coalesced`"):
        return "has left"
    if not meaning.permanent:
        return "is tried again"
    ends = {
        Prune.DEAD: "; the token ends",
        Prune.DEAD_IF_PROVEN: "; the token ends if the account has worked",
    }
    return f"is given up{ends.get(meaning.prune, '')}"


def operations(text: str) -> str:
    """docs/operations.md with what a core is good for, from docs/benchmarks.json."""
    figures = json.loads((ROOT / "docs/benchmarks.json").read_text())
    measured = {figure["name"]: float(figure["value"]) for figure in figures}
    lines = ["| For | One core, or 1 GB, is good for |", "|---|---|"]
    for name, use, answer in SIZES:
        if name in measured:
            lines.append(f"| {use} | {answer(measured[name])} |")
    return replaced(text, "sizing", "\n".join(lines) + "\n")


def cloud_code(text: str) -> str:
    """docs/cloud-code.md with the methods of the Spark objects."""
    from cloudcode.catalogue import catalogue

    lines = ["| Object | Methods | Not available |", "|---|---|---|"]
    declared = supported = 0
    for name, methods in catalogue().items():
        there = [each for each in methods.values() if each.is_supported]
        lacking = [each for each in methods.values() if not each.is_supported]
        declared += sum(each.is_declared for each in methods.values())
        supported += sum(each.is_declared for each in there)
        lines.append(f"| {name} | {_names(there)} | {_names(lacking) if there else 'all'} |")
    count = f"Of the old platform's {declared} methods {supported} are there.\n\n"
    return replaced(text, "methods", count + "\n".join(lines) + "\n")


def api(text: str) -> str:
    """docs/api.md with the operations of the management API."""
    from portal.api.server import openapi

    lines = ["| Operation | What it does |", "|---|---|"]
    for path, methods in openapi()["paths"].items():
        for method, operation in methods.items():
            words = " ".join(operation.get("description", operation["summary"]).split())
            lines.append(f"| `{method.upper()} {path}` | {words} |")
    return replaced(text, "operations", "\n".join(lines) + "\n")


def _names(methods: "list[Method]") -> str:
    return ", ".join(f"`{each.name}`" for each in methods) or "–"


def overview() -> str:
    """A line for each group: what is answered, and how many are not."""
    from protocol.support import support_rows

    lines = ["| Group | Answered | Not yet |", "|---|---|---|"]
    for group, rows in groupby(support_rows(), key=lambda row: row[0]):
        named = [(name.removesuffix("Request"), state) for _, name, state in rows]
        built = [name for name, state in named if state != "NOT_SUPPORTED"]
        lines.append(f"| {group} | {', '.join(built) or '–'} | {len(named) - len(built) or '–'} |")
    return "\n".join(lines) + "\n"


def story(printed: str) -> str:
    """The timeline of what `make run` printed: from the first step's name to the line before the next gap."""
    lines = COLOUR.sub("", printed).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("  anna ")) - 1
    end = next(number for number, line in enumerate(lines) if number > start and not line)
    return "\n".join(lines[start:end]) + "\n"


def section(text: str, name: str) -> str:
    """What stands between `<!-- name -->` and `<!-- /name -->`, within the fence if there is one."""
    return _find(text, name)[2]


def replaced(text: str, name: str, content: str) -> str:
    """Raises ValueError where the text has no such section."""
    found = _find(text, name)
    return text[: found.start()] + found[1] + content + found[3] + text[found.end() :]


def _find(text: str, name: str) -> re.Match[str]:
    fence = r"(?:(?:<!-- check.*?-->\n)?```\w+\n)?"
    found = re.search(rf"(<!-- {name} -->\n{fence})(.*?)((?:```\n)?<!-- /{name} -->)", text, re.DOTALL)
    if found is None:
        raise ValueError(f"there is no <!-- {name} --> section")
    return found


def main(arguments: list[str]) -> None:
    text = readme((ROOT / "README.md").read_text())
    if arguments:
        text = replaced(text, "story", story(Path(arguments[0]).read_text()))
    (ROOT / "README.md").write_text(text)
    (ROOT / "docs/requests.md").write_text(requests_page())
    page = ROOT / "docs/monitoring.md"
    page.write_text(monitoring(page.read_text()))
    page = ROOT / "docs/push.md"
    page.write_text(push(page.read_text()))
    page = ROOT / "docs/operations.md"
    page.write_text(operations(page.read_text()))
    page = ROOT / "docs/cloud-code.md"
    page.write_text(cloud_code(page.read_text()))
    page = ROOT / "docs/api.md"
    page.write_text(api(page.read_text()))


if __name__ == "__main__":
    import django

    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    main(sys.argv[1:])
