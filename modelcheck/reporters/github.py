"""``--format github``: annotations by workflow commands.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions: a step may have ten annotations of each kind.
"""

from __future__ import annotations

from collections import Counter

from modelcheck.report import Report, Style
from modelcheck.reporters.ci_commands import Annotation, last_line, results
from modelcheck.reporters.summary import plural

_MOST = 10
_KINDS = {"error": "error", "warning": "warning", "note": "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def github_report(report: Report, style: Style) -> str:
    """The ten most important results of each kind as annotations, how many are left out, and the summary."""
    lines, shown, left = [], Counter[str](), Counter[str]()
    for one in results(report):
        if shown[one.severity] < _MOST:
            shown[one.severity] += 1
            lines.append(_command(one))
        else:
            left[one.severity] += 1
    if left:
        counts = ", ".join(plural(count, severity) for severity, count in left.items())
        lines.append(f"not annotated: {counts}, since GitHub shows ten of a kind; --format markdown=$GITHUB_STEP_SUMMARY lists all")
    return "\n".join([*lines, last_line(report, style)])


def _command(one: Annotation) -> str:
    same_line = one.end_line in (None, one.line)
    properties = {
        "file": one.path,
        "line": one.line,
        "endLine": one.end_line,
        "col": one.column if same_line else None,  # GitHub knows columns of one line only
        "endColumn": one.end_column if same_line else None,
        "title": f"{one.title} ({one.rule})",
    }
    given = ",".join(f"{name}={str(value).translate(_PROPERTY)}" for name, value in properties.items() if value is not None)
    return f"::{_KINDS[one.severity]} {given}::{one.message.translate(_DATA)}"
