"""Findings as text. Many of one kind in a checkpoint are one with a count, and advice on missing metadata is one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from modelcheck.findings import Severity
from modelcheck.patterns import lazy
from modelcheck.report import Reported, RuleInfo, Style
from modelcheck.reporters.summary import plural
from modelcheck.reporters.text_excerpt import excerpt_lines
from modelcheck.reporters.wrapping import Wrapping

_MANY = 5
"""Findings of one rule in one checkpoint from which only the first is shown, and checkpoints whose advice is only counted."""
_OF_FILES = ("deploy", "finetune", "evaluate")
"""Areas about lines of deployment files, each of which is fixed for itself."""
_MISSING = ("-missing", "-unset")
"""How the names of rules about metadata end that is not there."""
_ADDRESS = lazy(r"https://[!-~]+")
"""An address that a terminal may get: the sequence around it cannot be left with printable ASCII."""


class FindingWriter:
    """Writes findings. ``rules`` are the pages of their rules, for links."""

    def __init__(self, style: Style, rules: dict[str, RuleInfo]) -> None:
        self._style = style
        self._rules = rules
        self._wrapping = Wrapping(style)
        self._apart = False  # whether the last finding has its source line, so that the next one stands apart

    def lines(self, findings: Sequence[Reported], originals: Sequence[Reported]) -> Iterator[str]:
        """The findings, harmless to print; ``originals`` are the same as they were found, with source lines as in the file."""
        kinds = Counter(_kind(found) for found in findings)
        shown: set[tuple[str, str]] = set()
        advice: dict[str, list[str]] = {}
        for found, original in zip(findings, originals, strict=True):
            kind = _kind(found)
            if self._folds and _is_advice(found):
                advice.setdefault(found.target, []).append(found.rule)
            elif not (self._folds and kinds[kind] >= _MANY and found.rule.partition("/")[0] not in _OF_FILES):
                yield from self._finding(found, original)
            elif kind not in shown:
                shown.add(kind)
                yield from self._finding(found, original)
                yield f"  and {kinds[kind] - 1:,} more of this rule in {found.target} (-v shows them)"
        if advice and self._apart:
            yield ""
        yield from self._advice(advice)

    def _advice(self, advice: dict[str, list[str]]) -> Iterator[str]:
        """One line for each checkpoint, or for many of them one in all."""
        if len(advice) >= _MANY:
            count = plural(sum(map(len, advice.values())), "note")
            yield f"{count} on missing metadata in {plural(len(advice), 'checkpoint')} (-v shows them)"
            return
        for target, rules in advice.items():
            names = ", ".join(dict.fromkeys(rules))
            yield from self._wrapping.broken(f"{target}: {plural(len(rules), 'note')} on missing metadata: {names} (-v shows them)")

    @property
    def _folds(self) -> bool:
        return self._style.verbosity <= 0

    def _finding(self, found: Reported, original: Reported) -> Iterator[str]:
        finding = found.finding
        where = str(finding.at) if finding.at else found.target
        severity = str(found.severity)
        if self._apart:
            yield ""
        lines = list(self._wrapping.painted(f"{where}: {severity}: {finding.message} [{found.rule}]", severity, lead=": "))
        yield from lines[:-1]
        yield self._linked(lines[-1], found.rule)
        excerpt = list(excerpt_lines(original, self._style)) if self._style.wrap else []
        self._apart = bool(excerpt)
        yield from excerpt
        for one in finding.related:
            yield from self._wrapping.broken(f"{one.says}: {one.at}", "  ", "    ")
        if finding.fix:
            yield from self._wrapping.broken(f"fix: {finding.fix.title}", "  ", "    ")

    def _linked(self, line: str, rule: str) -> str:
        """The line, in which the rule's name is a hyperlink to its page."""
        known = self._rules.get(rule)
        address = known.address if known else None
        if not self._style.links or not address or not _ADDRESS.fullmatch(address):
            return line
        before, found, after = line.rpartition(f"[{rule}]")
        return f"{before}[\x1b]8;;{address}\x1b\\{rule}\x1b]8;;\x1b\\]{after}" if found else line


def _kind(found: Reported) -> tuple[str, str]:
    return found.rule, found.target


def _is_advice(found: Reported) -> bool:
    return found.severity is Severity.NOTE and found.rule.endswith(_MISSING)
