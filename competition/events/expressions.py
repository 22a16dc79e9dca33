"""What defaults and filter values may compute (§1.4): `${now}`, `${format(now, "yyyy-MM-dd")}`, arithmetic.

Text around an expression stays; a text that is nothing but one expression becomes its value, a number where
it is one. Numbers are whole ones of 64 bits or doubles; whole ones divide as in Java, towards zero. There is
nothing that runs longer than its text is long.
"""

import math
import re
from collections.abc import Callable
from typing import Any

from competition.events.date_patterns import format_ms
from competition.events.numbers import is_held, whole_if_exact

LONGEST = 1000
DEEPEST = 30

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<text>"[^"]*"|'[^']*')|(?P<sign>[-+*/%(),}]))""",
    re.ASCII,
)

Number = int | float


class ExpressionError(ValueError):
    """What is wrong, in words, for whoever configures the game."""


def evaluate(text: str, now_ms: int) -> Any:
    """The text with its expressions computed. Raises ExpressionError."""
    if "${" not in text:
        return text
    if len(text) > LONGEST:
        raise ExpressionError(f"an expression is longer than {LONGEST} characters")
    parts: list[Any] = []
    at = 0
    while (start := text.find("${", at)) >= 0:
        parts.append(text[at:start])
        reader = _Reader(text, start + 2, now_ms)
        parts.append(reader.whole())
        at = reader.at
    parts.append(text[at:])
    found = [part for part in parts if part != ""]
    return found[0] if len(found) == 1 else "".join(str(part) for part in found)


class _Reader:
    """Computes one expression while it reads it, up to and with its closing brace."""

    def __init__(self, text: str, at: int, now_ms: int) -> None:
        self.at = self._start = at
        self._text = text
        self._now_ms = now_ms
        self._depth = 0
        self._kind, self._token = "", ""
        self._advance()

    def whole(self) -> Any:
        value = self._sum() if self._kind != "text" else self._take()[1:-1]
        if self._token != "}" or self._kind != "sign":
            raise self._fault("expected }")
        return value

    def _advance(self) -> None:
        """`at` is behind the token that is looked at, `_start` where that begins."""
        self._start = self.at
        match = _TOKEN.match(self._text, self.at)
        if match is None or match.lastgroup is None:
            raise self._fault("expected a number, now, format or a sign")
        self._start = match.start(match.lastgroup)
        self.at, self._kind, self._token = match.end(), match.lastgroup, match[match.lastgroup]

    def _take(self) -> str:
        token = self._token
        self._advance()
        return token

    def _expect(self, sign: str) -> None:
        if self._token != sign or self._kind != "sign":
            raise self._fault(f"expected {sign}")
        self._advance()

    def _is_sign(self, signs: str) -> bool:
        return self._kind == "sign" and self._token in signs

    def _sum(self) -> Any:
        value = self._product()
        while self._is_sign("+-"):
            value = self._compute(self._take(), value, self._product())
        return value

    def _product(self) -> Any:
        value = self._factor()
        while self._is_sign("*/%"):
            value = self._compute(self._take(), value, self._factor())
        return value

    def _factor(self) -> Any:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._fault(f"nested deeper than {DEEPEST}")
        try:
            return self._inner()
        finally:
            self._depth -= 1

    def _inner(self) -> Any:
        if self._is_sign("-"):
            self._advance()
            return self._compute("-", 0, self._factor())
        if self._is_sign("("):
            self._advance()
            value = self._sum()
            self._expect(")")
            return value
        if self._kind == "number":
            token = self._take()
            return float(token) if "." in token else int(token)
        return self._named()

    def _named(self) -> Any:
        name = self._token
        if self._kind == "name" and name == "now":
            self._advance()
            return self._now_ms
        if self._kind == "name" and name == "format":
            self._advance()
            return self._formatted()
        raise self._fault(f'unknown name "{name}"' if self._kind == "name" else f"unexpected {name}")

    def _formatted(self) -> str:
        self._expect("(")
        moment = self._sum()
        self._expect(",")
        if self._kind != "text":
            raise self._fault("expected a pattern in quotes")
        pattern = self._take()[1:-1]
        self._expect(")")
        if not isinstance(moment, int):
            raise self._fault("format takes a whole number of milliseconds")
        try:
            return format_ms(moment, pattern)
        except ValueError as error:
            raise self._fault(str(error)) from None

    def _compute(self, sign: str, left: Any, right: Any) -> Number:
        if not isinstance(left, int | float) or not isinstance(right, int | float):
            raise self._fault(f"{sign} takes numbers")
        try:
            value = _OPERATIONS[sign](left, right)
        except (ZeroDivisionError, OverflowError):
            raise self._fault("divided by zero, or too large") from None
        if not is_held(value):
            raise self._fault("the number is too large")
        return whole_if_exact(value)

    def _fault(self, message: str) -> ExpressionError:
        return ExpressionError(f"{message}, near character {self._start + 1}")


def _divide(left: Number, right: Number) -> Number:
    if isinstance(left, int) and isinstance(right, int):
        quotient = abs(left) // abs(right)
        return quotient if (left < 0) == (right < 0) else -quotient
    return left / right


def _remainder(left: Number, right: Number) -> Number:
    if isinstance(left, int) and isinstance(right, int):
        return left - right * int(_divide(left, right))
    if right == 0:
        raise ZeroDivisionError
    return math.fmod(left, right)


_OPERATIONS: dict[str, Callable[[Number, Number], Number]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _divide,
    "%": _remainder,
}
