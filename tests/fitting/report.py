"""What the fit is written down as: the table that the fold reads, the page's tables, the reliability diagram."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from modelcheck.verdict import SURE

ROOT = Path(__file__).parents[2]
FITTED = ROOT / "modelcheck" / "fitted.py"
PAGE = ROOT / "docs" / "how-the-verdict-is-made.md"
PICTURE = ROOT / "docs" / "reliability.svg"
BINS = 10
Judged = Sequence[tuple[Any, float]]
"""Rows of observations, each with its P(instruct)."""


class Cell(NamedTuple):
    """One bin of the diagram: the mean of what was said, the share that came true, and how many there are."""

    said: float
    true: float
    count: int


def cells(judged: Judged) -> list[Cell]:
    """The bins that hold anything."""
    found = []
    for index in range(BINS):
        inside = [(row, p) for row, p in judged if min(int(p * BINS), BINS - 1) == index]
        count = sum(row.count for row, _ in inside)
        if count:
            said = sum(p * row.count for row, p in inside) / count
            found.append(Cell(said, sum(row.count for row, _ in inside if row.instruct) / count, count))
    return found


def calibration(judged: Judged) -> float:
    """Expected calibration error: how far what was said lies from what came true, bin by bin."""
    found = cells(judged)
    return sum(abs(cell.said - cell.true) * cell.count for cell in found) / sum(cell.count for cell in found)


def table(weights: dict[str, float], slope: float) -> str:
    """The source of ``modelcheck/fitted.py``."""
    rows = "".join(f'    "{name}": {weight:.1f},\n' for name, weight in sorted(weights.items()))
    return (
        '"""The fitted table. Made by tests/fitting/fit.py, which tells how; not to be edited by hand."""\n\n'
        "from __future__ import annotations\n\nfrom collections.abc import Mapping\n\n"
        f"WEIGHTS: Mapping[str, float] = {{\n{rows}}}\n"
        '"""The name of a signal and the kind of what it saw → nats toward instruct."""\n'
        f'SLOPE = {slope:.2f}\n"""What a sum of nats is multiplied by before it becomes a probability."""\n'
    )


def page(text: str, kinds: Sequence[tuple[Any, float, int]], told: Judged, untold: Judged) -> str:
    """The page with its two tables made anew."""
    weights = ["| group | what was seen | judged | fitted | rows |", "|---|---|---:|---:|---:|"]
    weights += [
        f"| {kind.group} | `{kind.name}` | {kind.judged:+.1f} | {weight:+.1f} | {count} |"
        for kind, weight, count in sorted(kinds, key=lambda one: (one[0].group, -abs(one[1]), one[0].name))
    ]
    figures = [
        "| rows | family | right of all | right of decided | undecided | sure but wrong | calibration error |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for what in ("checkpoint", "name"):
        for judged, of in ((told, "in the table of families"), (untold, "that nobody told about")):
            figures.append(_figures(what, of, [(row, p) for row, p in judged if row.what == what]))
    return _between(_between(text, "weights", weights), "figures", figures)


def _figures(what: str, of: str, judged: Judged) -> str:
    everything = sum(row.count for row, _ in judged)
    decided = [(row, p >= SURE) for row, p in judged if p >= SURE or p <= 1 - SURE]
    count = sum(row.count for row, _ in decided)
    right = sum(row.count for row, said in decided if said is row.instruct)
    return (
        f"| {everything} {what}s | {of} | {right / everything:.3f} | {right / max(count, 1):.3f} | {1 - count / everything:.3f} | "
        f"{count - right} | {calibration(judged):.3f} |"
    )


def _between(text: str, name: str, lines: list[str]) -> str:
    """The text with everything between the marks of ``name`` replaced."""
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
    before, _, rest = text.partition(begin)
    return before + begin + "\n".join(lines) + "\n" + end + rest.partition(end)[2]


def picture(told: Judged, untold: Judged) -> str:
    """The reliability diagram: what was said against what came true, a disc a bin, its area by how many rows are in it."""
    return "\n".join(_picture(told, untold)) + "\n"


def _picture(told: Judged, untold: Judged) -> Iterator[str]:
    left, top, side = 60, 20, 360

    def x(p: float) -> float:
        return left + p * side

    def y(p: float) -> float:
        return top + (1 - p) * side

    yield '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 440" font-family="sans-serif" font-size="12">'
    yield "<title>Reliability: P(instruct) that was said against the share of instruct models, families left out of the fit</title>"
    yield '<rect width="640" height="440" fill="#ffffff"/>'
    for index in range(0, 11, 2):
        p = index / 10
        yield f'<path d="M{x(p):.0f} {top}V{top + side}M{left} {y(p):.0f}H{left + side}" stroke="#e4e4e4"/>'
        yield f'<text x="{x(p):.0f}" y="{top + side + 18}" text-anchor="middle" fill="#444">{p:.1f}</text>'
        yield f'<text x="{left - 8}" y="{y(p) + 4:.0f}" text-anchor="end" fill="#444">{p:.1f}</text>'
    yield f'<path d="M{x(0):.0f} {y(0):.0f}L{x(1):.0f} {y(1):.0f}" stroke="#888" stroke-dasharray="4 4"/>'
    for judged, style in ((untold, 'fill="none" stroke="#d55e00" stroke-width="2"'), (told, 'fill="#0072b2" fill-opacity="0.65"')):
        for cell in cells(judged):
            radius = 3 + math.sqrt(cell.count) / 2
            yield (
                f'<circle cx="{x(cell.said):.0f}" cy="{y(cell.true):.0f}" r="{radius:.0f}" {style}>'
                f"<title>said {cell.said:.2f}, came true {cell.true:.2f}, {cell.count} rows</title></circle>"
            )
    yield _text(left + side / 2, top + side + 40, "P(instruct) that was said", 'text-anchor="middle"')
    turned = f'text-anchor="middle" transform="rotate(-90 18 {top + side / 2:.0f})"'
    yield _text(18, top + side / 2, "share of instruct models", turned)
    yield '<circle cx="450" cy="60" r="7" fill="#0072b2" fill-opacity="0.65"/>'
    yield _text(464, 64, "in the table of families")
    yield '<circle cx="450" cy="84" r="7" fill="none" stroke="#d55e00" stroke-width="2"/>'
    yield _text(464, 88, "that nobody told about")
    yield _text(443, 112, "each family judged by weights")
    yield _text(443, 128, "that were fitted without it")
    yield "</svg>"


def _text(x: float, y: float, text: str, more: str = "") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" fill="#222"{" " if more else ""}{more}>{text}</text>'
