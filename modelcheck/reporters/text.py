"""``--format text``: verdicts with their evidence, uses, findings, errors, and what was skipped."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from click import style as paint

from modelcheck.findings import Severity, Span
from modelcheck.hooks import hookimpl
from modelcheck.printable import one_line
from modelcheck.report import CheckpointReport, Report, Reported, Reporter, Style, UseReport, by_reason
from modelcheck.reporters.evidence import EvidenceWriter
from modelcheck.verdict import SURE, Verdict

_COLORS = {
    "error": "red",
    "warning": "yellow",
    "note": "cyan",
    "base": "blue",
    "instruct": "green",
    "unknown": "yellow",
    "not-applicable": "white",
}


def text_report(report: Report, style: Style) -> str:
    """The report; with ``style.wrap`` in lines of at most ``style.width`` characters where words allow it."""
    return "\n".join(_Writer(one_line(report), style).lines())


class _Writer:
    def __init__(self, report: Report, style: Style) -> None:
        self.report = report
        self.style = style
        self._evidence = EvidenceWriter(style)

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
            yield from self._wrapped(f"{error.kind}: {error.message}", error.kind, name="error")
        if self.report.errors:
            yield ""
        yield from self._not_done()
        if self.report.interrupted:
            yield "interrupted: the report is incomplete"
        yield from self._broken(self._summary(), rest="")

    def _not_done(self) -> Iterator[str]:
        """What the Hub could not be asked for; with -v also the files that were not read."""
        for reason in dict.fromkeys(self.report.not_asked.values()):
            names = ", ".join(name for name, why in self.report.not_asked.items() if why == reason)
            yield from self._broken(f"not all is known of {names}: {reason}")
        if self.style.verbosity > 0:
            for path, reason in self.report.files_left.items():
                yield f"not read: {path} {reason}"
        if self.style.verbosity > 0 and self.report.files_ignored:
            yield f"ignored by Git: {_plural(self.report.files_ignored, 'file')} (--no-gitignore reads them)"

    def _found_in(self, checkpoint: CheckpointReport) -> list[Span]:
        """The places of the findings in a checkpoint."""
        return [found.finding.at for found in self.report.findings if found.target == checkpoint.target and found.finding.at]

    def _paint(self, text: str, name: str, *, bold: bool = False) -> str:
        return paint(text, fg=_COLORS.get(name), bold=bold) if self.style.color else text

    def _dim(self, text: str) -> str:
        return paint(text, dim=True) if self.style.color else text

    def _broken(self, text: str, first: str = "", rest: str = "  ") -> list[str]:
        """The text as lines that start with ``first`` and then ``rest``; as one line without ``style.wrap``."""
        if not self.style.wrap:
            return [first + text]
        import textwrap  # takes 2 ms, which a hook need not spend

        return textwrap.wrap(
            text, self.style.width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
        )

    def _wrapped(self, text: str, painted: str, *, lead: str = "", name: str | None = None) -> Iterator[str]:
        """The text in lines with a hanging indent; ``painted`` after ``lead`` is coloured, once the lines are broken."""
        wanted = lead + painted
        for line in self._broken(text):
            before, found, after = line.partition(wanted)
            yield before + lead + self._paint(painted, name or painted, bold=True) + after if found else line
            wanted = "\0" if found else wanted

    def _checkpoint(self, checkpoint: CheckpointReport) -> Iterator[str]:
        verdict = checkpoint.verdict
        label = verdict.label if verdict else "unknown"
        said = self._paint(label, label, bold=True)
        confidence = self._confidence(verdict)
        at = f" at {checkpoint.revision[:12]}" if checkpoint.revision else ""
        also = f" · {', '.join(verdict.sub_labels)}" if verdict and verdict.sub_labels else ""
        yield f"{checkpoint.target}: {said}{confidence}{also}{self._dim(at)}"
        if checkpoint.note:
            yield from self._broken(checkpoint.note, "  ")
        legend = sum(one.asked for one in self.report.checkpoints) == 1
        yield from self._evidence.lines(checkpoint, legend=legend, places=self._found_in(checkpoint))
        if checkpoint.served or checkpoint.behaviour:
            from modelcheck.reporters.behaviour import BehaviourWriter

            yield from BehaviourWriter(self.style).lines(checkpoint)
        elif checkpoint.unprobed:
            yield from self._broken(f"not run: {checkpoint.unprobed}", "  ", "    ")
        yield from self._skips(checkpoint)

    @staticmethod
    def _confidence(verdict: Verdict | None) -> str:
        if verdict is None or verdict.p_instruct is None:
            return ""
        if verdict.confidence is None:
            return f" ({_percent(verdict.p_instruct)} instruct)"
        return f" ({verdict.confidence:.1%})"

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
            texts = [f"skipped, {reason}: {', '.join(rules)}" for reason, rules in ordered]
        elif len(ordered) == 1:
            reason = "" if ordered[0][0] == checkpoint.note else f": {ordered[0][0]}"
            texts = [f"{_plural(len(skipped), 'check')} skipped{reason}"]
        else:
            listed = ", ".join(f"{reason} ({len(rules)})" for reason, rules in ordered[:3])
            texts = [f"{_plural(len(skipped), 'check')} skipped: {listed}{', …' if len(ordered) > 3 else ''}"] if ordered else []
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
        text = f"{use.at.path}:{use.at.line}: {use.model} is {label}{self._confidence(verdict)}; {purpose}{because}{by}"
        yield from self._wrapped(text, label, lead="is ")
        skipped = reported.skipped if self.style.verbosity > 0 else ()
        for reason, rules in by_reason(skip for skip in skipped if not skip.ordinary).items():
            yield from self._broken(f"skipped, {reason}: {', '.join(rules)}", "  ", "    ")

    def _finding(self, found: Reported) -> Iterator[str]:
        finding = found.finding
        where = str(finding.at) if finding.at else found.target
        yield from self._wrapped(f"{where}: {found.severity}: {finding.message} [{found.rule}]", str(found.severity), lead=": ")
        for one in finding.related:
            yield from self._broken(f"{one.says}: {one.at}", "  ", "    ")
        if finding.fix:
            yield from self._broken(f"fix: {finding.fix.title}", "  ", "    ")

    def _summary(self) -> str:
        report = self.report
        counts = [
            _plural(report.count(severity), str(severity)) for severity in sorted(Severity, reverse=True) if report.count(severity)
        ]
        scanned = (
            (sum(checkpoint.asked for checkpoint in report.checkpoints), "checkpoint"),
            (len(report.uses), "use"),
        )
        of = " and ".join(_plural(count, word) for count, word in scanned if count)
        of = of or (_plural(report.files_read, "file") if report.files_read else "")
        summary = f"{', '.join(counts) or 'no findings'} in {of}" if of else "nothing to check"
        if report.errors:
            crashes = sum(error.kind == "crash" for error in report.errors)
            unread = len({error.target for error in report.errors if error.kind != "crash"})
            summary += f" · {_plural(unread, 'target')} failed" if unread else ""
            summary += f" · {crashes} {'crash' if crashes == 1 else 'crashes'}" if crashes else ""
        open_ = len(report.unresolved) + sum(bool(reported.use.unresolved) for reported in report.uses)
        if open_:
            summary += f" · {open_} unresolved"
        if report.files_left:
            hint = "" if self.style.verbosity > 0 else " (-v lists them)"
            summary += f" · {_plural(len(report.files_left), 'file')} not read{hint}"
        return summary


def _plural(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


@hookimpl
def modelcheck_reporters() -> Mapping[str, Reporter]:
    """Adds ``text``."""
    return {"text": text_report}


def _percent(probability: float) -> str:
    """A probability of an undecided verdict, never rounded to the limits from which a label is assigned."""
    whole = f"{probability:.0%}"
    if whole not in (f"{SURE:.0%}", f"{1 - SURE:.0%}"):
        return whole
    return f"{(math.floor if probability > 0.5 else math.ceil)(1000 * probability) / 10:.1f}%"
