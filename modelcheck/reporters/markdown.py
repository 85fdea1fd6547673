"""``--format markdown``: the summary of a CI job (``$GITHUB_STEP_SUMMARY``), or a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.findings import Severity
from modelcheck.report import Report, Reported, Style
from modelcheck.reporters.markdown_text import code, escaped, prose
from modelcheck.reporters.places import ranked, rule_of, where
from modelcheck.reporters.summary import confidence, fixable, label, summary

_LONGEST = 60_000
"""Characters: GitHub takes comments of 65,536, and summaries of a mebibyte."""
_SIGNS = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.NOTE: "💡"}


def markdown_report(report: Report, style: Style) -> str:
    """Verdicts, findings by importance and what their rules say, cut to the length of a comment."""
    lines = [f"## modelcheck: {escaped(summary(report, style))}", ""]
    if fixes := fixable(report):
        lines += [f"{fixes}.", ""]
    parts = [*_errors(report), *_verdicts(report), *_findings(report), *_rules(report)]
    return _within(lines, parts)


def _within(lines: list[str], parts: list[str]) -> str:
    """The lines and as many parts as fit. A part is one line, or whole lines that belong together."""
    length = sum(len(line) + 1 for line in lines)
    for number, part in enumerate(parts):
        length += len(part) + 1
        if length > _LONGEST:
            lines += ["", f"The rest does not fit here ({len(parts) - number} more lines); `--format html` shows all."]
            break
        lines.append(part)
    return "\n".join(lines).rstrip("\n")


def _errors(report: Report) -> Iterator[str]:
    for error in report.errors:
        yield f"- ❌ {escaped(error.kind)}: {escaped(error.message)}"
    for name, reason in report.not_asked.items():
        yield f"- not all is known of {code(name)}: {escaped(reason)}"
    if report.interrupted:
        yield "- interrupted: the report is incomplete"
    if report.errors or report.not_asked or report.interrupted:
        yield ""


def _verdicts(report: Report) -> Iterator[str]:
    asked = [one for one in report.checkpoints if one.asked]
    if not asked:
        return
    yield "| checkpoint | verdict | strongest evidence |\n|---|---|---|"
    for one in asked:
        evidence = one.verdict.decisive[0].evidence.because if one.verdict and one.verdict.decisive else one.note or ""
        yield f"| {code(one.target)} | **{label(one)}**{confidence(one.verdict)} | {escaped(evidence)} |"
    yield ""


def _findings(report: Report) -> Iterator[str]:
    if not report.findings:
        return
    yield "| | place | finding | rule |\n|---|---|---|---|"
    for found in ranked(report.findings):
        rule = _linked(found.rule, rule_of(report, found).address)
        yield f"| {_SIGNS[found.severity]} {found.severity} | {code(str(where(found)))} | {_said(found)} | {rule} |"
    yield ""


def _said(found: Reported) -> str:
    fix = f"<br>fix: {escaped(found.finding.fix.title)}" if found.finding.fix else ""
    related = "".join(f"<br>{escaped(one.says)}: {code(str(one.at))}" for one in found.finding.related)
    return escaped(found.finding.message) + related + fix


def _linked(name: str, address: str | None) -> str:
    if address and address.startswith("https://") and not set(address) & set("()<>[] \\`|\"'\n"):
        return f"[{escaped(name)}]({address})"
    return code(name)


def _rules(report: Report) -> Iterator[str]:
    """What the rules say, folded: a summary shows them when they are asked for."""
    for name in dict.fromkeys(found.rule for found in ranked(report.findings)):
        rule = report.rules.get(name)
        if rule is not None:
            first = rule.why.split("\n\n")[0]
            fix = f"\n\nFix: {prose(rule.fix)}" if rule.fix else ""
            yield f"<details><summary>{escaped(name)}: {escaped(rule.title)}</summary>\n\n{prose(first)}{fix}\n\n</details>\n"
