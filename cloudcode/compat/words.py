"""A report in words, for people."""

from collections.abc import Iterable, Iterator

from cloudcode.compat.quirks import QUIRKS
from cloudcode.compat.report import FileReport, Report


def words(report: Report) -> Iterator[str]:
    """Lines. Of files where all is well nothing is said."""
    for key, file in report.files.items():
        if told := list(_of_file(file)):
            yield f"{key}.js"
            yield from (f"  {line}" for line in told)
    for section, codes in report.lacking.items():
        yield f"The game lacks {section}: {', '.join(codes)}"
    supported, missing = report.methods
    yield (
        f"{len(report.files)} scripts use {len(supported | missing)} methods and requests; "
        f"{len(missing)} of them are missing here{': ' if missing else ''}{', '.join(sorted(missing))}."
    )
    if beside := len(report.realtime):
        yield f"{beside} real-time script{'s'[: beside != 1]} would be kept and never run."


def _of_file(file: FileReport) -> Iterator[str]:
    if file.unbound:
        yield f"unbound  {file.unbound}"
    if file.syntax is not None:
        yield f"syntax   line {file.syntax.line}, column {file.syntax.column}: {file.syntax.message}"
    for name, lines in file.missing.items():
        yield f"missing  {name} ({_lines(lines)})"
    for quirk in file.quirks:
        if not quirk.works:
            about = f" ({quirk.about})" if quirk.about else ""
            yield f"quirk    line {quirk.line}: {quirk.quirk}{about}: {QUIRKS[quirk.quirk][1]}"
    for secret in file.secrets:
        yield f"secret   line {secret.line}: {secret.kind}, {secret.masked}"


def _lines(lines: Iterable[int]) -> str:
    numbers = [str(line) for line in lines]
    return f"line{'s'[: len(numbers) != 1]} {', '.join(numbers)}"
