"""A verdict as a person reads it: the strongest evidence as signed bars, or all of it with its groups."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from click import style as paint

from modelcheck.findings import Axis, Weighed
from modelcheck.report import CheckpointReport, Style
from modelcheck.verdict import CERTAIN, SURE, TASK_PRIOR, Verdict

_SHOWN = 4
_HALF = 5
"""Characters on each side of the axis: one for each nat, and what is more ends at the edge."""
_COLORS = {True: "green", False: "blue"}


class EvidenceWriter:
    """Writes the evidence of one checkpoint in lines of ``style.width``."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self._full, self._left, self._right, self._axis = ("█", "▐", "▌", "│") if style.unicode else ("#", "", "", "|")

    def lines(self, checkpoint: CheckpointReport, *, legend: bool) -> Iterator[str]:
        """The strongest evidence for the label; with ``style.why`` everything."""
        verdict = checkpoint.verdict
        if verdict is None:
            return
        if self.style.why:
            yield from self._why(checkpoint, verdict)
            return
        axis = Axis.TASK if verdict.label == "not-applicable" else Axis.STAGE
        told = [one for one in verdict.decisive if one.evidence.axis is axis and one.evidence.weight]
        if not told:
            yield "  nothing was seen that tells base from instruct"
        elif legend:
            yield self._legend(axis)
        for weighed in told[:_SHOWN]:
            yield from self._one(weighed)
        if len(told) > _SHOWN:
            yield self._dim(f"{' ' * self._indent}and {len(told) - _SHOWN} more (--why)")
        if verdict.label == "unknown" and checkpoint.source != "name" and any(skip.remedy for skip in checkpoint.skipped):
            yield from self._wrap("to know more: --budget weights reads rows of its weights, --probe runs it")

    def _why(self, checkpoint: CheckpointReport, verdict: Verdict) -> Iterator[str]:
        for axis, title in ((Axis.STAGE, "base or instruct"), (Axis.TASK, "does it write text")):
            groups = [one for one in verdict.decisive if one.evidence.axis is axis]
            if not groups:
                continue
            yield f"  {title}"
            yield self._legend(axis)
            for weighed in groups:
                yield from self._one(weighed)
                beside = [one for one in verdict.superseded if one.group == weighed.group and one.evidence.axis is axis]
                for other in beside:
                    yield from self._one(other, counted=False)
            yield from self._wrap(self._sum(verdict, axis, groups))
        silent: dict[str, list[str]] = {}
        for skip in checkpoint.skipped:
            if skip.signal and not skip.remedy and skip.reason != checkpoint.note:
                silent.setdefault(skip.reason, []).append(skip.rule)
        for reason, signals in silent.items():
            yield from self._wrap(f"silent, {reason}: {', '.join(signals)}")
        yield from self._further(checkpoint)

    @staticmethod
    def _sum(verdict: Verdict, axis: Axis, groups: list[Weighed]) -> str:
        total = sum(one.evidence.weight for one in groups)
        if axis is Axis.TASK:
            return f"sum {total:+.1f}, and {TASK_PRIOR:+.1f} since most checkpoints write text; not-applicable from +2.9"
        if verdict.p_instruct is None:
            return f"sum {total:+.1f}, which is not asked of what writes no text by itself"
        bound = f" (no sum counts for more than {CERTAIN:.0f})" if abs(total) > CERTAIN else ""
        return f"sum {total:+.1f}{bound}: P(instruct) {verdict.p_instruct:.3f}; instruct from {SURE:.2f}, base up to {1 - SURE:.2f}"

    def _further(self, checkpoint: CheckpointReport) -> Iterator[str]:
        """What could be asked for next, cheapest first."""
        asked: dict[str, list[str]] = {}
        for skip in checkpoint.skipped:
            if skip.signal and skip.remedy:
                asked.setdefault(skip.remedy, []).append(skip.rule)
        if checkpoint.source == "name":
            yield from self._wrap("to know more: its files, with the network (without --offline) or from a local folder")
        for remedy, signals in asked.items():
            yield from self._wrap(f"to know more: {remedy} ({', '.join(signals)})")

    def _legend(self, axis: Axis) -> str:
        left, right = ("base", "instruct") if axis is Axis.STAGE else ("text", "other")
        return self._dim(f"   nats {left:>{_HALF}}{self._axis}{right}")

    @property
    def _indent(self) -> int:
        return 8 + 2 * _HALF + 2

    def _one(self, weighed: Weighed, *, counted: bool = True) -> Iterator[str]:
        evidence = weighed.evidence
        place = f" [{evidence.at}]" if evidence.at and evidence.at.line else ""
        tail = f" ({weighed.group}: {weighed.signal})" if self.style.why else ""
        lead = "" if counted else "superseded: "
        first, *rest = textwrap.wrap(
            lead + evidence.because + place + tail,
            self.style.width - self._indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        bar = self._bar(evidence.weight) if counted else " " * _HALF + self._axis + " " * _HALF
        yield f"  {evidence.weight:+5.1f} {bar} {first}"
        yield from (" " * self._indent + line for line in rest)

    def _bar(self, weight: float) -> str:
        """A bar to the left for base, to the right for instruct, in half characters."""
        halves = min(2 * _HALF, round(2 * abs(weight)))
        full, half = divmod(halves, 2)
        if weight < 0:
            left = ((self._left if half else "") + self._full * full).rjust(_HALF)
            return self._paint(left, weight) + self._axis + " " * _HALF
        right = (self._full * full + (self._right if half else "")).ljust(_HALF)
        return " " * _HALF + self._axis + self._paint(right, weight)

    def _paint(self, text: str, weight: float) -> str:
        return paint(text, fg=_COLORS[weight > 0]) if self.style.color and text.strip() else text

    def _dim(self, text: str) -> str:
        return paint(text, dim=True) if self.style.color else text

    def _wrap(self, text: str) -> Iterator[str]:
        lines = textwrap.wrap(
            text, self.style.width, initial_indent="  ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
        )
        yield from map(self._dim, lines)
