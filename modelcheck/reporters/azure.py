"""``--format azure``: issues by logging commands of Azure Pipelines, which knows errors and warnings; notes are ordinary lines.

https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
"""

from __future__ import annotations

from modelcheck.report import Report, Style
from modelcheck.reporters.ci_commands import Annotation, last_line, plain, results

_DATA = str.maketrans({"%": "%AZP25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({";": "%3B", "]": "%5D"})


def azure_report(report: Report, style: Style) -> str:
    """A line for each result, the most important first, and the summary."""
    lines = [plain(one) if one.severity == "note" else _command(one) for one in results(report)]
    return "\n".join([*lines, last_line(report, style)])


def _command(one: Annotation) -> str:
    properties = {
        "type": one.severity,
        "sourcepath": one.path,
        "linenumber": one.line,
        "columnnumber": one.column,
        "code": one.rule,
    }
    given = "".join(f"{name}={str(value).translate(_PROPERTY)};" for name, value in properties.items() if value is not None)
    return f"##vso[task.logissue {given}]{one.message.translate(_DATA)}"
