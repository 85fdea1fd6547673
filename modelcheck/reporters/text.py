"""``--format text``: verdicts with their evidence, uses, findings, errors, and what was skipped."""

from __future__ import annotations

from collections.abc import Iterator

from click import style as paint

from modelcheck.findings import Span
from modelcheck.printable import one_line
from modelcheck.report import CheckpointReport, Report, Style, UseReport, by_reason
from modelcheck.reporters.colors import painted
from modelcheck.reporters.evidence import EvidenceWriter
from modelcheck.reporters.statistics import statistics_lines
from modelcheck.reporters.summary import confidence, fixable, plural, summary
from modelcheck.reporters.text_findings import FindingWriter
from modelcheck.reporters.wrapping import Wrapping


def text_report(report: Report, style: Style) -> str:
    """The report; with ``style.wrap`` in lines of at most ``style.width`` characters where words allow it."""
    return "\n".join(_Writer(one_line(report), style, report).lines())


class _Writer:
    def __init__(self, report: Report, style: Style, original: Report) -> None:
        self.report = report
        self.style = style
        self._original = original
        self._wrapping = Wrapping(style)
        self._broken = self._wrapping.broken
        self._wrapped = self._wrapping.painted
        self._evidence = EvidenceWriter(style)

    def lines(self) -> Iterator[str]:
        if self.style.verbosity >= 0:
            for checkpoint in self.report.checkpoints:
                if checkpoint.asked or self.style.verbosity > 0:
                    yield from self._checkpoint(checkpoint)
                    yield ""
            yield from self._uses()
        if self.style.statistics:
            yield from statistics_lines(self.report, self.style)
        else:
            yield from FindingWriter(self.style, self._original.rules).lines(self.report.findings, self._original.findings)
        if self.report.findings:
            yield ""
        for error in self.report.errors:
            yield from self._wrapped(f"{error.kind}: {error.message}", error.kind, name="error")
        if self.report.errors:
            yield ""
        yield from self._not_done()
        if self.report.interrupted:
            yield "interrupted: the report is incomplete"
        yield from self._broken(summary(self.report, self.style), rest="")
        if fixes := fixable(self.report):
            yield self._dim(fixes)

    def _not_done(self) -> Iterator[str]:
        """What the Hub could not be asked for; with -v also the files that were not read."""
        for reason, names in self.report.not_asked_by_reason().items():
            yield from self._broken(f"not all is known of {', '.join(names)}: {reason}")
        if self.style.verbosity > 0:
            for path, reason in self.report.files_left.items():
                yield f"not read: {path} {reason}"
        if self.style.verbosity > 0 and self.report.files_ignored:
            yield f"ignored by Git: {plural(self.report.files_ignored, 'file')} (--no-gitignore reads them)"

    def _found_in(self, checkpoint: CheckpointReport) -> list[Span]:
        """The places of the findings in a checkpoint."""
        return [found.finding.at for found in self.report.findings if found.target == checkpoint.target and found.finding.at]

    def _dim(self, text: str) -> str:
        return paint(text, dim=True) if self.style.color else text

    def _checkpoint(self, checkpoint: CheckpointReport) -> Iterator[str]:
        verdict = checkpoint.verdict
        label = verdict.label if verdict else "unknown"
        said = painted(label, label, color=self.style.color)
        at = f" at {checkpoint.revision[:12]}" if checkpoint.revision else ""
        also = f" · {', '.join(verdict.sub_labels)}" if verdict and verdict.sub_labels else ""
        yield f"{checkpoint.target}: {said}{confidence(verdict)}{also}{self._dim(at)}"
        if checkpoint.note:
            yield from self._broken(checkpoint.note, "  ")
        legend = sum(one.asked for one in self.report.checkpoints) == 1
        yield from self._evidence.lines(checkpoint, legend=legend, places=self._found_in(checkpoint))
        if checkpoint.served or checkpoint.behaviour:
            from modelcheck.reporters.behaviour import BehaviourWriter

            yield from BehaviourWriter(self.style).lines(checkpoint)
        elif checkpoint.unprobed:
            yield from self._broken(f"not run: {checkpoint.unprobed}", "  ", "    ")
        if checkpoint.served_identity:
            from modelcheck.reporters.served_identity import identity_lines

            for line in identity_lines(checkpoint.served_identity):
                yield from self._broken(line, "  ", "    ")
        yield from self._skips(checkpoint)

    def _skips(self, checkpoint: CheckpointReport) -> Iterator[str]:
        """How many checks were skipped and why; with -v also which."""
        shown = self.style.why  # then the evidence lists the signals
        skipped = [
            skip
            for skip in checkpoint.skipped
            if (self.style.verbosity > 0 or not (skip.ordinary or skip.remedy))
            and not (shown and skip.signal)
            and skip.reason != checkpoint.unprobed
        ]
        ordered = sorted(by_reason(skipped).items(), key=lambda pair: -len(pair[1]))
        if self.style.verbosity > 0:
            texts = [f"skipped, {reason}: {_listed(rules)}" for reason, rules in ordered]
        elif len(ordered) == 1:
            reason = "" if ordered[0][0] == checkpoint.note else f": {ordered[0][0]}"
            texts = [f"{plural(len(skipped), 'check')} skipped{reason}"]
        else:
            listed = ", ".join(f"{reason} ({len(rules)})" for reason, rules in ordered[:3])
            texts = [f"{plural(len(skipped), 'check')} skipped: {listed}{', …' if len(ordered) > 3 else ''}"] if ordered else []
        for text in texts:
            yield from map(self._dim, self._broken(text, "  "))

    def _uses(self) -> Iterator[str]:
        """The uses; without -v only those on whose line there is no finding, which says the same and more."""
        found = (
            {(at.path, at.line) for one in self.report.findings if (at := one.finding.at)} if self.style.verbosity <= 0 else set()
        )
        shown = [reported for reported in self.report.uses if (reported.use.at.path, reported.use.at.line) not in found]
        for reported in shown:
            yield from self._use(reported)
        for one in self.report.unresolved:
            yield from self._wrapped(f"{one.at}: unresolved: {one.reason}", "unresolved", lead=": ", name="unknown")
        if shown or self.report.unresolved:
            yield ""

    def _use(self, reported: UseReport) -> Iterator[str]:
        use, verdict = reported.use, reported.verdict
        label: str = verdict.label if verdict else "not looked up"
        because = f": {', '.join(use.because)}" if use.because else ""
        purpose = "purpose unknown" if use.purpose == "unknown" else use.purpose
        if use.unresolved:
            label = f"unresolved ({use.unresolved})"
        by = f", used by {use.used_in.path}:{use.used_in.line}" if use.used_in else ""
        text = f"{use.at.path}:{use.at.line}: {use.model} is {label}{confidence(verdict)}; {purpose}{because}{by}"
        yield from self._wrapped(text, label, lead="is ")
        skipped = reported.skipped if self.style.verbosity > 0 else ()
        for reason, rules in by_reason(skip for skip in skipped if not skip.ordinary).items():
            yield from self._broken(f"skipped, {reason}: {_listed(rules)}", "  ", "    ")


def _listed(rules: list[str]) -> str:
    """The names of rules; their number if a saved report has no names."""
    return ", ".join(rules) if all(rules) else plural(len(rules), "check")
