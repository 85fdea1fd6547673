"""What a person reads: colours where they belong, lines that fit, counts that are right."""

from __future__ import annotations

import re

from modelcheck.facts.model_use import ModelUse
from modelcheck.findings import Evidence, Finding, Fix, Severity, Span, Weighed
from modelcheck.report import CheckpointReport, ErrorReport, Report, Reported, Skipped, Style, UseReport
from modelcheck.reporters.text import text_report
from modelcheck.verdict import fold

BASE = fold([Weighed("identity/name-marker", "name", Evidence(-4.5, "the name contains 'base'", Span("x.json", 3, 1)))])
USE = ModelUse("acme/base-7b", "acme/base-7b", "acme/base-7b", Span("base/compose.yaml", 7, 3), "docker-compose/vllm", "vllm")


def report() -> Report:
    skipped = [Skipped("card/a", "no README.md"), Skipped("card/b", "no README.md"), Skipped("w/c", "no GGUF file", ordinary=True)]
    return Report(
        checkpoints=[CheckpointReport("acme/base", "hub", "0" * 40, BASE, skipped)],
        uses=[UseReport(USE, BASE)],
        findings=[
            Reported(
                "card/a",
                Severity.ERROR,
                "acme/base",
                Finding("an error " + "word " * 30, Span("error/x.md", 2), fix=Fix("change it")),
            ),
            Reported("card/b", Severity.NOTE, "acme/base", Finding("a note")),
        ],
        errors=[ErrorReport("acme/none", "not-found", "the Hub knows no acme/none")],
        files_left={"big.yaml": "is too long"},
    )


def test_a_report_in_80_columns() -> None:
    text = text_report(report(), Style(width=80))
    assert all(len(line) <= 80 for line in text.splitlines())
    lines = text.splitlines()
    assert lines[0] == "acme/base: base (98.9%) at 000000000000"
    assert lines[1] == "   nats  base│instruct"
    assert lines[2] == "   -4.5 ▐████│      the name contains 'base' [x.json:3:1]"
    assert lines[3] == "  2 checks skipped: no README.md"
    assert "base/compose.yaml:7: acme/base-7b is base (98.9%); purpose unknown" in lines
    assert "  fix: change it" in lines
    assert "not-found: the Hub knows no acme/none" in lines
    summary = "1 error, 1 note in 1 checkpoint and 1 use · 1 target failed · 1 file not read (-v lists them)"
    assert " ".join(lines[-2:]) == summary


def test_colours_fall_on_what_they_mean() -> None:
    text = text_report(report(), Style(color=True, width=80))
    painted = re.findall(r"\x1b\[3\dm\x1b\[1m(.*?)\x1b\[0m", text)
    assert painted == ["base", "base", "error", "note", "not-found"]
    assert "base/compose.yaml" in text
    assert "error/x.md" in text
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert plain == text_report(report(), Style(width=80))


def test_without_wrapping_a_finding_is_one_line() -> None:
    lines = text_report(report(), Style(width=40, wrap=False)).splitlines()
    assert f"error/x.md:2: error: an error {'word ' * 30} [card/a]" in lines
    assert "base/compose.yaml:7: acme/base-7b is base (98.9%); purpose unknown" in lines
    assert "  fix: change it" in lines


def test_a_use_or_evidence_at_the_place_of_a_finding_is_not_said_twice() -> None:
    made = report()
    made.findings += [
        Reported("deploy/a", Severity.ERROR, "acme/base", Finding("the use is wrong", USE.at)),
        Reported("identity/a", Severity.NOTE, "acme/base", Finding("the name is wrong", Span("x.json", 3, 1))),
    ]
    text = text_report(made, Style(width=80))
    assert "acme/base-7b is base" not in text
    assert "   -4.5 ▐████│      see the finding at x.json:3:1" in text.splitlines()
    verbose = text_report(made, Style(width=80, verbosity=1, why=True))
    assert "acme/base-7b is base" in verbose
    assert "the name contains 'base' [x.json:3:1]" in verbose


def test_verbose_shows_everything_and_quiet_the_findings_only() -> None:
    verbose = text_report(report(), Style(verbosity=1))
    assert "skipped, no GGUF file: w/c" in verbose
    assert "not read: big.yaml is too long" in verbose
    quiet = text_report(report(), Style(verbosity=-1))
    assert quiet.startswith("error/x.md:2: error: an error")


def test_an_empty_report_says_so() -> None:
    assert text_report(Report(), Style()) == "nothing to check"
    assert text_report(Report(interrupted=True), Style()).startswith("interrupted")
