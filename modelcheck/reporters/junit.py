"""``--format junit``: JUnit's XML, as Jenkins, GitLab, Azure and others show test results.

Valid by the XSD of Jenkins' xUnit plug-in. A warning or an error is a failure, a note a skipped test; a checkpoint or file without
findings is a test that passes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from modelcheck.findings import Severity
from modelcheck.report import Report, Reported, Style
from modelcheck.reporters.places import where
from modelcheck.reporters.summary import confidence, label
from modelcheck.reporters.xml_text import HEAD, element, escaped

_Case = tuple[str, str]
"""What a test is (``failure``, ``skipped``, ``error`` or ``passed``), and its XML."""


def junit_report(report: Report, style: Style) -> str:  # noqa: ARG001 - the signature of a reporter
    """One suite for each file or checkpoint, one test for each finding."""
    suites: defaultdict[str, list[_Case]] = defaultdict(list)
    for name, case in _cases(report):
        suites[name].append(case)
    if not suites:
        suites["modelcheck"].append(("passed", element("testcase", name="no findings", classname="modelcheck", time=0)))
    every = [case for cases in suites.values() for case in cases]
    lines = [HEAD, f"<testsuites{_counts('modelcheck', every, of_suite=False)}>"]
    for name, cases in suites.items():
        lines += [f"<testsuite{_counts(name, cases)}>", *(text for _, text in cases), "</testsuite>"]
    return "\n".join([*lines, "</testsuites>"])


def _counts(name: str, cases: list[_Case], *, of_suite: bool = True) -> str:
    kinds = [kind for kind, _ in cases]
    given = f' name="{escaped(name)}" tests="{len(kinds)}" failures="{kinds.count("failure")}" errors="{kinds.count("error")}"'
    return given + (f' skipped="{kinds.count("skipped")}"' if of_suite else "") + ' time="0"'


def _cases(report: Report) -> Iterator[tuple[str, _Case]]:
    for error in report.errors:
        inner = element("error", escaped(error.message), type=error.kind, message=error.message)
        yield error.target, ("error", element("testcase", inner, name=error.kind, classname="modelcheck", time=0))
    for found in report.findings:
        yield where(found).path, _finding(found, report)
    with_findings = {found.target for found in report.findings}
    for checkpoint in report.checkpoints:
        if checkpoint.asked and checkpoint.target not in with_findings:
            said = f"{label(checkpoint)}{confidence(checkpoint.verdict)}"
            yield checkpoint.target, ("passed", element("testcase", name=said, classname="modelcheck.verdict", time=0))
    places = {where(found).path for found in report.findings}
    for path in dict.fromkeys(one.use.at.path for one in report.uses):
        if path not in places:
            yield path, ("passed", element("testcase", name="no findings", classname="modelcheck.deploy", time=0))


def _finding(found: Reported, report: Report) -> _Case:
    at, rule = where(found), report.rules.get(found.rule)
    lines = [f"{at}: {found.severity}: {found.finding.message}"]
    lines += [f"{one.says}: {one.at}" for one in found.finding.related]
    lines += [f"fix: {found.finding.fix.title}"] if found.finding.fix else []
    lines += [rule.title + "."] if rule else []
    kind = "skipped" if found.severity is Severity.NOTE else "failure"
    inner = element(kind, escaped("\n".join(lines)), type=str(found.severity), message=found.finding.message)
    name = found.rule if at.line is None else f"{found.rule} at line {at.line}"
    return kind, element("testcase", inner, name=name, classname=f"modelcheck.{found.rule.replace('/', '.')}", time=0)
