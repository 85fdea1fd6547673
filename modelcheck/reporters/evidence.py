"""The evidence of a verdict as text: the strongest as signed bars, or all of it with its groups."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from click import style as paint

from modelcheck.findings import Axis, Span, Weighed
from modelcheck.report import CheckpointReport, Style, by_reason
from modelcheck.verdict import CERTAIN, SURE, TASK_PRIOR, Verdict

_SHOWN = 4
_HALF = 5
"""Characters on each side of the axis, one per nat; a longer bar is cut off there."""
_COLORS = {True: "green", False: "blue"}


class EvidenceWriter:
    """Writes the evidence of one checkpoint in lines of at most ``style.width`` characters."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self._full, self._left, self._right, self._axis = ("█", "▐", "▌", "│") if style.unicode else ("#", "", "", "|")

    def lines(self, checkpoint: CheckpointReport, *, legend: bool, places: Collection[Span] = ()) -> Iterator[str]:
        """The strongest evidence on the axis of the label; with ``style.why`` all of it.

        ``legend`` puts a heading above the bars. ``places`` are those of findings: evidence at one of them refers to the finding.
        """
        verdict = checkpoint.verdict
        if verdict is None:
            return
        if self.style.why:
            yield from self._why(checkpoint, verdict)
            return
        axis = Axis.TASK if verdict.label == "not-applicable" else Axis.STAGE
        shown = [one for one in verdict.decisive if one.evidence.axis is axis and one.evidence.weight]
        if not shown:
            yield "  no evidence for base or instruct"
        elif legend:
            yield self._legend(axis)
        for weighed in shown[:_SHOWN]:
            yield from self._one(weighed, reported=_finding_at(weighed.evidence.at, places))
        if len(shown) > _SHOWN:
            yield self._dim(f"{' ' * self._indent}and {len(shown) - _SHOWN} more (--why)")
        files = checkpoint.source != "name" and not checkpoint.only
        if verdict.label == "unknown" and files and any(skip.remedy for skip in checkpoint.skipped):
            yield from self._wrap("for more evidence: --budget weights (reads rows of the weights), --probe (runs the model)")

    def _why(self, checkpoint: CheckpointReport, verdict: Verdict) -> Iterator[str]:
        for axis, title in ((Axis.STAGE, "base or instruct"), (Axis.TASK, "text generation or another task")):
            groups = [one for one in verdict.decisive if one.evidence.axis is axis]
            if not groups:
                continue
            yield f"  {title}"
            yield self._legend(axis)
            weaker = [one for one in verdict.superseded if one.evidence.axis is axis]
            for place, weighed in enumerate(groups):
                yield from self._one(weighed)
                if all(later.group != weighed.group for later in groups[place + 1 :]):
                    for other in weaker:
                        if other.group == weighed.group:
                            yield from self._one(other, counted=False)
            yield from self._wrap(self._sum(verdict, axis, groups))
        without = (skip for skip in checkpoint.skipped if skip.signal and not skip.remedy and skip.reason != checkpoint.note)
        for reason, signals in by_reason(without).items():
            yield from self._wrap(f"no evidence, {reason}: {', '.join(signals)}")
        yield from self._further(checkpoint)

    @staticmethod
    def _sum(verdict: Verdict, axis: Axis, groups: list[Weighed]) -> str:
        total = sum(one.evidence.weight for one in groups)
        if axis is Axis.TASK:
            return f"sum {total:+.1f}, prior {TASK_PRIOR:+.1f} (most checkpoints generate text); not-applicable from +2.9"
        if verdict.p_instruct is None:
            return f"sum {total:+.1f}, not used: the model does not generate text by itself"
        bound = f" (limited to {CERTAIN if total > 0 else -CERTAIN:+.0f})" if abs(total) > CERTAIN else ""
        return f"sum {total:+.1f}{bound}: P(instruct) {verdict.p_instruct:.3f}; instruct from {SURE:.2f}, base up to {1 - SURE:.2f}"

    def _further(self, checkpoint: CheckpointReport) -> Iterator[str]:
        """What would bring more evidence, cheapest first."""
        remedies: dict[str, list[str]] = {}
        for skip in checkpoint.skipped:
            if skip.signal and skip.remedy:
                remedies.setdefault(skip.remedy, []).append(skip.rule)
        if checkpoint.source == "name":
            yield from self._wrap("for more evidence: its files, over the network (without --offline) or from a local folder")
        for remedy, signals in remedies.items():
            yield from self._wrap(f"for more evidence: {remedy} ({', '.join(signals)})")

    def _legend(self, axis: Axis) -> str:
        left, right = ("base", "instruct") if axis is Axis.STAGE else ("text", "other")
        return self._dim(f"   nats {left:>{_HALF}}{self._axis}{right}")

    @property
    def _indent(self) -> int:
        return 8 + 2 * _HALF + 2

    def _one(self, weighed: Weighed, *, counted: bool = True, reported: Span | None = None) -> Iterator[str]:
        import textwrap  # takes 2 ms, which a hook need not spend

        evidence = weighed.evidence
        because = f"see the finding at {reported}" if reported else evidence.because
        place = f" [{evidence.at}]" if evidence.at and evidence.at.line and not reported else ""
        tail = f" ({weighed.group}: {weighed.signal})" if self.style.why else ""
        lead = "" if counted else "superseded: "
        first, *rest = textwrap.wrap(
            lead + because + place + tail,
            self.style.width - self._indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        bar = self._bar(evidence.weight) if counted else " " * _HALF + self._axis + " " * _HALF
        yield f"  {evidence.weight:+5.1f} {bar} {first}"
        yield from (" " * self._indent + line for line in rest)

    def _bar(self, weight: float) -> str:
        """A bar to the left for base or to the right for instruct, in half characters."""
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
        import textwrap

        lines = textwrap.wrap(
            text, self.style.width, initial_indent="  ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
        )
        yield from map(self._dim, lines)


def _finding_at(at: Span | None, places: Collection[Span]) -> Span | None:
    """The place of a finding where evidence was seen, None if there is none there.

    A finding's path includes the folder of the checkpoint; the path of evidence is relative to it.
    """
    if at is None or at.line is None:
        return None
    same = (one for one in places if (one.line, one.column) == (at.line, at.column))
    return next((one for one in same if one.path == at.path or one.path.endswith(f"/{at.path}")), None)
