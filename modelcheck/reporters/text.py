"""The report that a person reads: what each checkpoint is and why, what is wrong and where, what was not looked at."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping

from click import style as paint

from modelcheck.findings import Severity
from modelcheck.hookspecs import hookimpl
from modelcheck.report import CheckpointReport, Report, Reported, Reporter, Skipped, Style, UseReport
from modelcheck.verdict import Verdict

_COLORS = {"error": "red", "warning": "yellow", "note": "cyan", "base": "blue", "instruct": "green", "unknown": "yellow", "not-applicable": "white"}
_SHOWN_EVIDENCE = 4


def text_report(report: Report, style: Style) -> str:
    """The report in lines no wider than ``style.width``, as far as paths allow."""
    return "\n".join(_Writer(report, style).lines())


class _Writer:
    def __init__(self, report: Report, style: Style) -> None:
        self.report = report
        self.style = style

    def lines(self) -> Iterator[str]:
        if self.style.verbosity >= 0:
            for checkpoint in self.report.checkpoints:
                if checkpoint.asked or self.style.verbosity > 0:
                    yield from self._checkpoint(checkpoint)
                    yield ""
            yield from self._uses()
        for found in self.report.findings:
            yield from self._finding(found)
        if self.report.findings:
            yield ""
        for error in self.report.errors:
            head = self._paint(error.kind, "error", bold=True)
            yield from self._wrapped(f"{head}: {error.message}", len(error.kind) + 2 + len(error.message), indent="  ")
        if self.report.errors:
            yield ""
        if self.style.verbosity > 0:
            for path, reason in self.report.files_left.items():
                yield f"not read: {path} {reason}"
        if self.report.interrupted:
            yield "interrupted; this is what was done until then"
        yield self._summary()

    def _paint(self, text: str, name: str, *, bold: bool = False) -> str:
        return paint(text, fg=_COLORS.get(name), bold=bold) if self.style.color else text

    def _dim(self, text: str) -> str:
        return paint(text, dim=True) if self.style.color else text

    def _wrapped(self, text: str, plain_length: int, indent: str) -> list[str]:
        """The text, wrapped with a hanging indent; colours are counted out by the plain length."""
        extra = len(text) - plain_length
        return textwrap.wrap(text, max(self.style.width + extra, 20), subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]

    def _checkpoint(self, checkpoint: CheckpointReport) -> Iterator[str]:
        verdict = checkpoint.verdict
        label = verdict.label if verdict else "unknown"
        said = self._paint(label, label, bold=True)
        confidence = self._confidence(verdict)
        at = f" at {checkpoint.revision[:12]}" if checkpoint.revision else ""
        yield f"{checkpoint.target}: {said}{confidence}{self._dim(at)}"
        if checkpoint.note:
            yield from textwrap.wrap(checkpoint.note, self.style.width, initial_indent="  ", subsequent_indent="  ")
        if verdict:
            yield from self._evidence(verdict)
        yield from self._skips(checkpoint.skipped)

    @staticmethod
    def _confidence(verdict: Verdict | None) -> str:
        if verdict is None or verdict.p_instruct is None:
            return ""
        if verdict.confidence is None:
            return f" ({verdict.p_instruct:.0%} instruct)"
        return f" ({verdict.confidence:.1%})"

    def _evidence(self, verdict: Verdict) -> Iterator[str]:
        decisive = verdict.decisive if self.style.verbosity > 0 else verdict.decisive[:_SHOWN_EVIDENCE]
        if not verdict.evidence:
            yield "  nothing was seen that tells base from instruct"
        for weighed, counted in [(one, True) for one in decisive] + [(one, False) for one in verdict.superseded if self.style.verbosity > 0]:
            evidence = weighed.evidence
            place = f" [{evidence.at}]" if evidence.at and evidence.at.line else ""
            head = f"  {evidence.weight:+5.1f}  " if counted else f"  ({evidence.weight:+.1f}) "
            tail = f" ({weighed.signal})" if self.style.verbosity > 0 else ""
            lines = textwrap.wrap(evidence.because + place + tail, self.style.width - len(head), break_long_words=False, break_on_hyphens=False)
            yield self._dim(head) + lines[0]
            yield from (" " * len(head) + line for line in lines[1:])
        hidden = len(verdict.decisive) - len(decisive)
        if hidden:
            yield self._dim(f"         and {hidden} more (-v)")

    def _skips(self, skipped: list[Skipped]) -> Iterator[str]:
        if self.style.verbosity > 0:
            for skip in skipped:
                yield self._dim(f"  skipped {skip.rule}: {skip.reason}")
        elif skipped:
            reasons = Counter(skip.reason for skip in skipped)
            listed = ", ".join(f"{reason} ({count})" if len(reasons) > 1 else reason for reason, count in reasons.most_common(3))
            text = f"{len(skipped)} check{'s' if len(skipped) > 1 else ''} skipped: {listed}{', …' if len(reasons) > 3 else ''}"
            yield from (self._dim(line) for line in textwrap.wrap(text, self.style.width, initial_indent="  ", subsequent_indent="  "))

    def _uses(self) -> Iterator[str]:
        for reported in self.report.uses:
            yield from self._use(reported)
        if self.report.uses:
            yield ""

    def _use(self, reported: UseReport) -> Iterator[str]:
        use, verdict = reported.use, reported.verdict
        label = verdict.label if verdict else "not looked up"
        because = f": {', '.join(use.because)}" if use.because else ""
        purpose = "purpose unknown" if use.purpose == "unknown" else use.purpose
        plain = f"{use.at.path}:{use.at.line}: {use.model} is {label}{self._confidence(verdict)}; {purpose}{because}"
        text = plain.replace(f" is {label}", f" is {self._paint(label, label, bold=True)}", 1)
        yield from self._wrapped(text, len(plain), "  ")

    def _finding(self, found: Reported) -> Iterator[str]:
        finding = found.finding
        where = str(finding.at) if finding.at else found.target
        severity = self._paint(str(found.severity), str(found.severity), bold=True)
        plain = f"{where}: {found.severity}: {finding.message} [{found.rule}]"
        yield from self._wrapped(f"{where}: {severity}: {finding.message} [{found.rule}]", len(plain) - len(str(found.severity)) + len(severity) - (len(severity) - len(str(found.severity))), "  ")
        if finding.fix:
            yield from textwrap.wrap(f"fix: {finding.fix.title}", self.style.width, initial_indent="  ", subsequent_indent="    ")

    def _summary(self) -> str:
        report = self.report
        counts = [_plural(report.count(severity), str(severity)) for severity in sorted(Severity, reverse=True) if report.count(severity)]
        of = [_plural(sum(checkpoint.asked for checkpoint in report.checkpoints), "checkpoint"), _plural(len(report.uses), "use")]
        parts = [", ".join(counts) or "nothing found", "in " + " and ".join(part for part in of if not part.startswith("0 ")) if any(not part.startswith("0 ") for part in of) else ""]
        summary = " ".join(part for part in parts if part)
        if report.errors:
            summary += f" · {_plural(len(report.errors), 'target')} not judged"
        if report.files_left:
            summary += f" · {_plural(len(report.files_left), 'file')} not read (-v says why)"
        return summary


def _plural(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


@hookimpl
def modelcheck_reporters() -> Mapping[str, Reporter]:
    """Brings ``text``."""
    return {"text": text_report}
