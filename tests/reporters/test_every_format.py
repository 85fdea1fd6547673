"""What holds for every format: hostile texts stay where they are quoted, and the format's own rules are kept."""

from __future__ import annotations

import json
import re
import unicodedata
from xml.etree import ElementTree as ET

import pytest
from modelcheck.plugins import Plugins
from modelcheck.printable import printable
from modelcheck.report import Report, Style
from modelcheck.reporters.formats import MODULES

from reporters.formal import CHECKS
from reporters.reports import ATTACKS, hostile, whole, without_errors

REPORTERS = Plugins().reporters
COMMANDS = ("github", "azure", "teamcity")


def written(name: str, report: Report, *, color: bool = False) -> str:
    """The report as it leaves: through the reporter and the door."""
    style = Style(color=color, links=color, wrap=False, width=10_000)
    return printable(REPORTERS[name](report, style), colors=color, commands=name in COMMANDS)


@pytest.mark.parametrize("text", ATTACKS)
@pytest.mark.parametrize("name", MODULES)
def test_a_hostile_text_controls_nothing(name: str, text: str) -> None:
    found = written(name, hostile(text))
    kinds = {one: unicodedata.category(one) for one in found}
    assert not [one for one, kind in kinds.items() if kind in ("Cc", "Cf", "Cs", "Zl", "Zp") and one != "\n"]
    CHECKS[name](found)
    quiet = written(name, hostile("harmless"))
    assert len(found.splitlines()) == len(quiet.splitlines()) or name == "html", "a text adds no line"
    own = [line for line in found.splitlines() if re.match(r"\s*::|.*##(vso|teamcity)?\[", line)]
    if name not in COMMANDS:
        assert not own
    for line in own:
        assert len(re.findall(r"##(?:vso|teamcity)?\[", line)) == (name != "github")
        assert re.match(r"::(error|warning|notice) |##vso\[task\.logissue |##teamcity\[inspection(Type)? ", line), line


@pytest.mark.parametrize(
    "report", [Report(), whole(), without_errors(60), Report(interrupted=True)], ids=("none", "all", "many", "cut")
)
@pytest.mark.parametrize("name", MODULES)
def test_the_format_is_kept(name: str, report: Report) -> None:
    CHECKS[name](written(name, report))


@pytest.mark.parametrize("name", sorted(set(MODULES) - {"json", "jsonl", "sonarqube", "teamcity", "azure", "sarif"}))
def test_a_finding_says_where_what_and_which_rule(name: str) -> None:
    text = written(name, without_errors())
    assert "deploy/compose.yaml" in text
    assert "a base model, but a chat API serves it" in text
    assert "base-weights-behind-chat" in text


@pytest.mark.parametrize("name", sorted(set(MODULES) - {"sonarqube"}))
def test_a_target_that_was_not_read_is_in_every_report(name: str) -> None:
    assert "the Hub knows no acme/none" in written(name, whole()).replace("\n", " ")


def test_the_terminal_is_not_controlled_by_what_colours_allow() -> None:
    for text in ATTACKS:
        for name in ("text", "concise"):
            left = re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;;(https://[!-~]*)?\x1b\\\\", "", written(name, hostile(text), color=True))
            assert "\x1b" not in left
            assert "evil.example\x1b" not in written(name, hostile(text), color=True)


def test_github_shows_the_worst_ten_of_a_kind_and_says_what_it_leaves_out() -> None:
    report = whole()
    report.findings = without_errors(15).findings + report.findings[1:]
    lines = written("github", report).splitlines()
    assert [line.split(" ")[0] for line in lines].count("::error") == 10
    assert [line.split(" ")[0] for line in lines].count("::warning") == 1
    assert "not annotated: 7 errors, since GitHub shows ten of a kind; --format markdown=$GITHUB_STEP_SUMMARY lists all" in lines
    assert lines[0].startswith("::error file=acme/none,title=target not read (not-found)::")
    assert "line=1,endLine=1,col=22,endColumn=34,title=A base model is served behind a chat API (deploy/" in lines[2]


def test_properties_of_commands_are_escaped() -> None:
    (line, *_) = [line for line in written("github", hostile("a: b, c%d\n")).splitlines() if "line=3" in line]
    assert line.startswith("::error file=d/a%3A b%2C c%25d↵.yaml,line=3,")
    (line, *_) = [line for line in written("azure", hostile("a;b]c%d")).splitlines() if "linenumber=3" in line]
    assert "sourcepath=d/a%3Bb%5Dc%AZP25d.yaml;" in line
    (line, *_) = [line for line in written("teamcity", hostile("a|b]'ü𐐀")).splitlines() if "line='3'" in line]
    assert "file='d/a||b|]|'|0x00fc|0xd801|0xdc00.yaml'" in line


def test_gitlab_has_each_fingerprint_once_and_the_same_as_sarif() -> None:
    report = without_errors(3)
    report.findings += report.findings
    fingerprints = [one["fingerprint"] for one in json.loads(written("gitlab", report))]
    assert len(fingerprints) == len(set(fingerprints)) == 3
    results = json.loads(written("sarif", without_errors(3)))["runs"][0]["results"]
    assert [one["partialFingerprints"]["primaryLocationLineHash"] for one in results] == fingerprints


def test_junit_counts_what_it_has() -> None:
    root = ET.fromstring(written("junit", whole()))
    for suite in root.iter("testsuite"):
        for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.attrib[name]) == len(list(suite.iter(tag)))
    assert (root.attrib["tests"], root.attrib["failures"], root.attrib["errors"]) == ("4", "2", "2")


def test_rdjson_columns_are_bytes_and_a_fix_is_a_suggestion() -> None:
    from dataclasses import replace

    from modelcheck.findings import Span
    from modelcheck.report import Excerpt

    from reporters.reports import chat_on_base

    found = replace(chat_on_base(at=Span("a.yaml", 7, 3, 7, 15)), excerpt=Excerpt(7, "é acme/base-7b"))
    (one,) = json.loads(written("rdjson", Report(findings=[found])))["diagnostics"]
    span = {"start": {"line": 7, "column": 4}, "end": {"line": 7, "column": 16}}
    assert one["location"]["range"] == span
    assert one["suggestions"] == [{"range": span, "text": "acme/base-7b-instruct"}]
    blind = replace(found, excerpt=None)
    (one,) = json.loads(written("rdjson", Report(findings=[blind])))["diagnostics"]
    assert one["location"]["range"] == {"start": {"line": 7}}
    assert "suggestions" not in one


def test_markdown_fits_into_a_comment_and_mentions_nobody() -> None:
    text = written("markdown", without_errors(2000))
    assert len(text) <= 65_536
    assert re.search(r"The rest does not fit here \([\d]+ more lines\)", text)
    text = written("markdown", hostile("@everyone #12 www.evil.example https://evil.example GH-1 <b>"))
    prose = re.sub(r"`[^`]*`", "", text)
    assert not re.search(r"@\w|#\d+ |www\.\w|://|GH-\d|<b>", prose)
