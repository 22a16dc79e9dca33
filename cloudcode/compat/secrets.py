"""Secrets in sources, masked: found by their looks, by what they are called and where they are handed in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from cloudcode.compat.kinds import KindFinder
from cloudcode.compat.project import File, Scope
from cloudcode.syntax import arguments_of, line_of, literal, text_of

SHOWN = 2  # characters of a secret
SHORTEST = 6  # of what a name or an argument says is one

LOOKS = {
    "Amazon access key": r"\bAKIA[0-9A-Z]{16}\b",
    "Google API key": r"\bAIza[\w-]{35}",
    "SendGrid key": r"\bSG\.[\w-]{16,}\.[\w-]{16,}",
    "Slack token": r"\bxox[abprs]-[\w-]{10,}",
    "Slack webhook": r"hooks\.slack\.com/services/[\w/]{20,}",
    "Stripe key": r"\b[rs]k_live_\w{16,}",
    "private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "web token": r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}",
    "password in a URL": r"(?<=://)[^\s:/@\"']+:[^\s/@\"']+(?=@)",
}
_LOOKS = {kind: re.compile(pattern) for kind, pattern in LOOKS.items()}
_NAME = re.compile(r"(pass(word|wd|phrase)?|secret|(api|private|access|auth)_?key|token|credential)s?$", re.I)

# By which argument of which method a secret is handed in.
HANDED_IN = {
    "Spark.sendGrid": 1,
    "SparkHttp.setBasicAuth": 1,
    **{
        f"SparkDigest.hmac{digest}{form}": 0
        for digest in ("Md5", "Sha1", "Sha256", "Sha512")
        for form in ("Hex", "Base64")
    },
}


@dataclass(frozen=True, slots=True, order=True)
class Secret:
    """`masked` is its beginning and its length."""

    line: int
    kind: str
    masked: str


def secrets_of(file: File, kinds: KindFinder) -> list[Secret]:
    """At most one a line and text: what it looks like says more than what it is called."""
    found: dict[tuple[int, str], Secret] = {}
    for line, kind, text in [*_by_looks(file), *_by_name(file), *_handed_in(file, kinds)]:
        if not any(at == line and (text in known or known in text) for at, known in found):
            found[line, text] = Secret(line, kind, masked(text))
    return sorted(found.values())


def masked(text: str) -> str:
    return f"{text[:SHOWN]}… ({len(text)} characters)"


def _by_looks(file: File) -> Iterator[tuple[int, str, str]]:
    """In comments too: what was commented out is still known to whoever has the files."""
    for number, line in enumerate(file.text.splitlines(), 1):
        for kind, pattern in _LOOKS.items():
            yield from ((number, kind, match[0]) for match in pattern.finditer(line))


def _by_name(file: File) -> Iterator[tuple[int, str, str]]:
    for node, _ in file.nodes:
        names, value = _assigned(node)
        text = literal(value)
        if names is not None and text is not None and _NAME.search(names) and _may_be_secret(text):
            yield line_of(node), f"value of {names}", text


def _assigned(node: Node) -> tuple[str | None, Node | None]:
    """The last name on the left, and the right."""
    left, right = {
        "variable_declarator": ("name", "value"),
        "assignment_expression": ("left", "right"),
        "pair": ("key", "value"),
    }.get(node.type, ("", ""))
    target = node.child_by_field_name(left) if left else None
    if target is None:
        return None, None
    name = target.child_by_field_name("property") or target
    return literal(name) or text_of(name), node.child_by_field_name(right)


def _handed_in(file: File, kinds: KindFinder) -> Iterator[tuple[int, str, str]]:
    for node, scope in file.nodes:
        if node.type == "call_expression":
            yield from _of_call(file, scope, node, kinds)


def _of_call(file: File, scope: Scope, node: Node, kinds: KindFinder) -> Iterator[tuple[int, str, str]]:
    for kind in kinds.of(file, scope, node.child_by_field_name("function")):
        method = kind.removeprefix("method:")
        given = arguments_of(node)
        if method in HANDED_IN and len(given) > HANDED_IN[method]:
            for text in kinds.texts(file, scope, given[HANDED_IN[method]]):
                if len(text) >= SHORTEST:
                    yield line_of(given[HANDED_IN[method]]), f"given to {method}", text


def _may_be_secret(text: str) -> bool:
    """A word, not a sentence, a path or a name of a field."""
    return len(text) >= SHORTEST and not re.search(r"\s|^[./]|^[a-z]+$|^[A-Z_]+$", text)
