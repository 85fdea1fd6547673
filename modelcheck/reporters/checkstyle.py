"""``--format checkstyle``: Checkstyle's XML, which Jenkins' Warnings plug-in, reviewdog and many more read."""

from __future__ import annotations

from collections import defaultdict

from modelcheck.report import Report, Style
from modelcheck.reporters.places import by_severity, where
from modelcheck.reporters.xml_text import HEAD, element


def checkstyle_report(report: Report, style: Style) -> str:  # noqa: ARG001 - the signature of a reporter
    """One ``file`` for each file, and one ``error`` for each finding and for each target that could not be read."""
    files: defaultdict[str, list[str]] = defaultdict(list)
    for error in report.errors:
        source = f"modelcheck.{error.kind}"
        files[error.target].append(element("error", line=1, severity="error", message=error.message, source=source))
    for found in report.findings:
        at = where(found)
        severity = by_severity(found.severity, "info", "warning", "error")
        files[at.path].append(
            element(
                "error",
                line=at.line or 1,
                column=at.column,
                severity=severity,
                message=found.finding.message,
                source=f"modelcheck.{found.rule.replace('/', '.')}",
            )
        )
    lines = [HEAD, '<checkstyle version="10.0">']
    for path, errors in files.items():
        lines.append(element("file", "\n" + "\n".join(errors) + "\n", name=path))
    return "\n".join([*lines, "</checkstyle>"])
