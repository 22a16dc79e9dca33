"""docs/soak.md, its plots and the samples themselves."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from benchmarks.plots import lines, number
from benchmarks.soak.samples import Sample
from benchmarks.soak.verdict import MEASURES, Compared, lost

HEAD = """# Soak

`make soak`: friend messages at half the rate that docs/benchmarks.md has as the most, in an open loop; a
tenth of the sockets is replaced every minute, senders once they are answered, recipients without a goodbye.
The last sixth of the time is compared with the second one; of samples, one every five seconds, the median.
"""
COLUMNS = "| | Second sixth | Last sixth | Ratio | Allowed |\n|---|--:|--:|--:|--:|"


def write(
    folder: Path, samples: Sequence[Sample], compared: Sequence[Compared], minutes: float, told: str
) -> None:
    """soak.md, soak.json, and a plot for each measure."""
    plots = folder / "soak"
    plots.mkdir(parents=True, exist_ok=True)
    for name, unit, _, of in MEASURES:
        series = {name: [(sample.minute, of(sample)) for sample in samples]}
        (plots / f"{_file(name)}.svg").write_text(
            lines(f"Soak: {name}", "minutes", unit, series, marked=False)
        )
    (folder / "soak.json").write_bytes(
        msgspec.json.format(msgspec.json.encode(list(samples)), indent=0) + b"\n"
    )
    (folder / "soak.md").write_text(page(samples, compared, minutes, told))


def page(samples: Sequence[Sample], compared: Sequence[Compared], minutes: float, told: str) -> str:
    last = samples[-1].felt
    counts = (
        f"{minutes:g} minutes: {last.sent:,} messages sent, {lost(samples)} lost, {last.refused} refused,"
        f" {last.repeated:,} repeated with the same messageId; {last.replaced:,} sockets replaced."
    )
    rows = [
        f"| {each.name}, {each.unit} | {number(each.before)} | {number(each.after)} |"
        f" {each.ratio:.2f} × {'' if each.held else '**MISSED**'} | ≤ {each.most:g} × |"
        for each in compared
    ]
    plots = [f"![{name}](soak/{_file(name)}.svg)\n" for name, *_ in MEASURES]
    return "\n".join([HEAD, counts, "", COLUMNS, *rows, "", *plots, told, ""])


def _file(name: str) -> str:
    return name.replace(" ", "-")
