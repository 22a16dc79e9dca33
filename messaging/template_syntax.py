"""Reads a template's source with Jinja's parser, keeping for every node where in the source it stands.

Jinja knows only lines. Here every token carries its offset in place of its line number, so that a fault can
name line and column, and names joined by hyphens (`SUM-SCORE` is one key of a message) become one token.
"""

from collections.abc import Iterable, Iterator

from jinja2 import TemplateSyntaxError, nodes
from jinja2.lexer import TokenStream
from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST_NESTING = 10  # brackets within brackets, signs in a row, ifs within ifs
_KEYWORDS = frozenset({"and", "or", "not", "in", "is", "if", "else", "elif", "endif"})
_PREFIXES = frozenset({"not", "-", "+"})
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
HYPHEN = "\u2054"  # stands for "-" inside a name, where Jinja takes only letters: an undertie nobody types
_WORDS = (
    ("Unexpected end of template", "something is not closed: `{% endif %}` is missing"),
    ("unexpected end of template, expected", "something is not closed: expected"),
    ("unexpected 'end of template'", "something is not closed: expected `}`"),
    ("expected token", "expected"),
    ("'end of print statement'", "`}`"),
    ("'end of statement block'", "`%}`"),
    ("Encountered unknown tag", "not part of the template language:"),
)
_Token = tuple[int, str, str]


class TemplateFault(ValueError):
    """Why a template is refused. `line` and `column` count from 1."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(f"line {line}, column {column}: {message}")
        self.message, self.line, self.column = message, line, column

    @classmethod
    def at(cls, message: str, source: str, offset: int) -> "TemplateFault":
        before = source[:offset]
        return cls(message, before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """`${…}` for values, `{% if %}` for choices. `{#` is text: the comment delimiters cannot be typed."""

    def __init__(self) -> None:
        super().__init__(
            variable_start_string="${",
            variable_end_string="}",
            comment_start_string="\x00#",
            comment_end_string="#\x00",
            keep_trailing_newline=True,
            cache_size=0,
        )
        self.globals.clear()
        self.filters.clear()
        self.tests.clear()

    def _tokenize(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> TokenStream:
        tokens = _join_hyphens(list(_positioned(self, source)))
        return TokenStream(self.lexer.wrap(_bounded(tokens, source), name, filename), name, filename)


def parse(environment: TemplateEnvironment, source: str) -> nodes.Template:
    """The tree, each node's `lineno` being its offset in the source. Raises TemplateFault."""
    try:
        return environment._parse(source, None, None)
    except TemplateSyntaxError as fault:
        raise TemplateFault.at(_sentence(fault.message), source, fault.lineno) from None
    except RecursionError:
        raise TemplateFault("is nested too deeply") from None


def _sentence(message: str | None) -> str:
    """Jinja's words in ours."""
    text = (message or "does not parse").partition(" Jinja was looking")[0].partition(" at ")[0].rstrip(".")
    for theirs, ours in _WORDS:
        text = text.replace(theirs, ours)
    return text[:1].lower() + text[1:]


def _positioned(environment: TemplateEnvironment, source: str) -> Iterator[_Token]:
    """Jinja's raw tokens, whitespace included, with their offsets."""
    offset = 0
    try:
        for _, kind, text in environment.lexer.tokeniter(source, None):
            while not source.startswith(text, offset):  # `{%-` takes the white space before it away
                offset += 1
            if kind == "raw_begin":
                raise TemplateFault.at("raw is not part of the template language", source, offset)
            yield offset, kind, text
            offset += len(text)
    except TemplateSyntaxError as fault:
        raise TemplateFault.at(_sentence(fault.message), source, offset) from None


def _join_hyphens(tokens: list[_Token]) -> Iterator[_Token]:
    """`SUM-SCORE` and `a.top-10.b`, written without spaces, are keys: the language has no arithmetic."""
    at, after_dot = 0, False
    while at < len(tokens):
        offset, kind, text = tokens[at]
        at += 1
        if kind == "name" and (after_dot or text not in _KEYWORDS):
            while _is_hyphen(tokens, at) and _continues_name(tokens, at + 1):
                text += HYPHEN + tokens[at + 1][2]
                at += 2
                if tokens[at - 1][1] == "integer" and _continues_name(tokens, at):  # the x of `top-10x`
                    text += tokens[at][2]
                    at += 1
        yield offset, kind, text
        after_dot = text == "." and kind == "operator"


def _is_hyphen(tokens: list[_Token], at: int) -> bool:
    return at < len(tokens) and tokens[at][1:] == ("operator", "-")


def _continues_name(tokens: list[_Token], at: int) -> bool:
    return at < len(tokens) and tokens[at][1] in ("name", "integer")


def _bounded(tokens: Iterable[_Token], source: str) -> Iterator[_Token]:
    """Refuses nesting before Jinja's recursive parser meets it."""
    brackets = signs = ifs = 0
    before = ""
    for offset, kind, text in tokens:
        if kind == "operator":
            brackets += (text in _OPENING) - (text in _CLOSING)
        if kind == "name" and before == "block_begin":
            ifs += (text == "if") - (text == "endif")
        if kind != "whitespace":
            signs = signs + 1 if text in _PREFIXES and kind in ("operator", "name") else 0
            before = kind
        if max(brackets, signs, ifs) > LONGEST_NESTING:
            raise TemplateFault.at("is nested too deeply", source, offset)
        yield offset, kind, text
