"""What a consumer understands of a report is what modelcheck meant, whatever the texts are."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from modelcheck.findings import Related, Span
from modelcheck.report import Report
from modelcheck.reporters.ci_commands import Annotation, results

from reporters import consumers
from reporters.formal import CHECKS
from reporters.reports import ATTACKS, chat_on_base, hostile, whole, without_errors
from reporters.test_every_format import written

REPORTS = {"all": whole(), "many": without_errors(20)} | {f"hostile {text!r}": hostile(text) for text in ATTACKS}


def present(**given: object) -> dict[str, str]:
    return {name: str(value) for name, value in given.items() if value is not None}


def github_means(one: Annotation) -> tuple[str, dict[str, str], str]:
    column = (one.column, one.end_column) if one.end_line in (None, one.line) else (None, None)
    title = f"{one.title} ({one.rule})"
    properties = present(file=one.path, line=one.line, endLine=one.end_line, col=column[0], endColumn=column[1], title=title)
    return {"note": "notice"}.get(one.severity, one.severity), properties, one.message


def azure_means(one: Annotation) -> tuple[str, dict[str, str], str]:
    properties = present(type=one.severity, sourcepath=one.path, linenumber=one.line, columnnumber=one.column, code=one.rule)
    return "task.logissue", properties, one.message


def teamcity_means(one: Annotation) -> tuple[str, dict[str, str], str]:
    severity = {"error": "ERROR", "warning": "WARNING", "note": "WEAK WARNING"}[one.severity]
    line = one.line or 1
    return "inspection", present(typeId=one.rule, message=one.message, file=one.path, line=line, SEVERITY=severity), ""


MEANT: dict[str, Callable[[Annotation], tuple[str, dict[str, str], str]]] = {
    "github": github_means,
    "azure": azure_means,
    "teamcity": teamcity_means,
}


@pytest.mark.parametrize("name", MEANT)
@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_a_command_is_read_back_as_it_was_meant(name: str, report: Report) -> None:
    shown = [one for one in results(report) if name != "azure" or one.severity != "note"]
    counted: dict[str, int] = {}
    kept = []
    for one in shown:
        counted[one.severity] = counted.get(one.severity, 0) + 1
        if name != "github" or counted[one.severity] <= 10:
            kept.append(one)
    read = [getattr(consumers, name)(line) for line in written(name, report).splitlines()]
    assert [one for one in read if one and one[0] != "inspectionType"] == [MEANT[name](one) for one in kept]


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_junitparser_counts_the_same(report: Report) -> None:
    reader = pytest.importorskip("junitparser", reason="junitparser is not installed (pip install .[dev])")
    suites = list(reader.JUnitXml.fromstring(written("junit", report).encode()))
    told = [(one.name, one.tests, one.failures, one.errors, one.skipped) for one in suites]
    for one in suites:
        one.update_statistics()
    assert told == [(one.name, one.tests, one.failures, one.errors, one.skipped) for one in suites]
    assert sum(len(list(one)) for one in suites) == len(report.findings) + len(report.errors) + sum(
        1 for suite in suites for case in suite if not case.result
    )


def test_sonarqube_gets_no_secondary_location_without_a_range() -> None:
    """SonarQube rejects a whole report for one: its validator wants ``textRange`` there."""
    found = chat_on_base()
    places = [Span("llm/templates/deployment.yaml"), Span("b.yaml", 3)]
    related = [(*found.finding.related, Related(at, "used here")) for at in places]
    findings = [found, *(replace(found, finding=replace(found.finding, related=one)) for one in related)]
    text = written("sonarqube", Report(findings=findings))
    CHECKS["sonarqube"](text)
    assert [len(one["secondaryLocations"]) for one in json.loads(text)["issues"]] == [1, 1, 2]


def test_the_html_page_has_names_only_where_a_screen_reader_says_them() -> None:
    page = written("html", whole())
    assert not re.findall(r"<(?:span|p|li|code|pre|mark|strong)(?![^>]*\brole=)[^>]*\baria-label=", page)


@pytest.mark.parametrize("name", ["html", "junit", "checkstyle"])
@pytest.mark.parametrize("character", ["\ufffe", "\uffff", "\ufdd0", "\U0001fffe", "\U0010ffff"])
def test_no_character_that_html_and_xml_forbid(name: str, character: str) -> None:
    assert character not in written(name, hostile(f"a{character}b"))


def test_the_name_of_a_sarif_rule_is_not_its_id() -> None:
    """SARIF1001 of Microsoft's validator."""
    for rule in json.loads(written("sarif", whole()))["runs"][0]["tool"]["driver"]["rules"]:
        assert re.fullmatch(r"([A-Z0-9][A-Za-z0-9]*)+", rule["name"]), rule["name"]
