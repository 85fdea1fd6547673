"""``--statistics``: how many findings each rule has, instead of the findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from modelcheck.printable import one_line
from modelcheck.report import Report, Style
from modelcheck.reporters.colors import painted
from modelcheck.reporters.places import rule_of


def statistics_lines(report: Report, style: Style) -> Iterator[str]:
    """A line for each rule, the most frequent first: count, severity, rule, title, and how many ``--fix`` can fix."""
    counts = Counter((found.rule, found.severity) for found in report.findings)
    fixable = Counter(
        (found.rule, found.severity)
        for found in report.findings
        if found.local and found.finding.fix and found.finding.fix.edits and found.finding.fix.safe
    )
    titles = {found.rule: rule_of(report, found).title for found in report.findings}
    width = max((len(f"{count:,}") for count in counts.values()), default=0)
    longest = max((len(rule) for rule, _ in counts), default=0)
    for (rule, severity), count in sorted(counts.items(), key=lambda pair: (-pair[1], -pair[0][1], pair[0][0])):
        said = painted(str(severity), str(severity), color=style.color) + " " * (len("warning") - len(str(severity)))
        fixes = f" ({fixable[rule, severity]:,} fixable with --fix)" if fixable[rule, severity] else ""
        yield f"{count:>{width},}  {said}  {one_line(rule):<{longest}}  {one_line(titles[rule])}{fixes}"
