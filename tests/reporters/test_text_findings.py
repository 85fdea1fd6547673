"""Findings on a terminal: the source line with carets, the fix as a changed line, many of a kind as one with a count."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from modelcheck.findings import Edit, Finding, Fix, Severity, Span
from modelcheck.report import Excerpt, Report, Reported, Style
from modelcheck.reporters.text import text_report
from modelcheck.reporters.text_excerpt import columns, excerpt_lines
from modelcheck.reporters.text_findings import FindingWriter

from reporters.reports import RULE, chat_on_base, rules, without_errors

URL = "https://example.org/rules/deploy/base-weights-behind-chat"


def on(text: str, word: str, *, start: int = 1, fix: str | None = None) -> Reported:
    """A finding at a word of a line; the line's text begins in column ``start``."""
    column = start + text.index(word)
    at = Span("a.yaml", 7, column, 7, column + len(word))
    fixed = Fix("change it", (Edit(at, fix, word),), safe=True) if fix is not None else None
    return Reported(RULE, Severity.ERROR, "x", Finding("m", at, fix=fixed), True, excerpt=Excerpt(7, text, start))


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        (on("  model: acme/x", "acme/x"), ["    7 │   model: acme/x", "      │          ^^^^^^"]),
        (on("a b", "b", fix="c"), ["    7 │ a b", "      │   ^", "    7 + a c"]),
        (on("\ta: b", "b", fix="c"), ["    7 │     a: b", "      │        ^", "    7 +     a: c"]),
        (on("模型: é b", "b"), ["    7 │ 模型: é b", "      │         ^"]),
        (
            on("x" * 100 + "here" + "y" * 100, "here"),
            ["    7 │ " + "x" * 20 + "here" + "y" * 7 + "…", "      │ " + " " * 20 + "^^^^"],
        ),
        (on("x" * 100 + "here", "here", start=900, fix=""), None),
    ],
)
def test_the_line_and_its_place(found: Reported, shown: list[str] | None) -> None:
    lines = list(excerpt_lines(found, Style(width=40)))
    assert all(columns(line) <= 40 for line in lines)
    if shown is not None:
        assert lines == shown


def test_a_finding_without_a_column_or_a_line() -> None:
    whole_line = replace(on("a b", "b"), finding=Finding("m", Span("a.yaml", 7)))
    assert list(excerpt_lines(whole_line, Style())) == ["    7 │ a b"]
    assert list(excerpt_lines(replace(whole_line, excerpt=None), Style())) == []
    point = replace(whole_line, finding=Finding("m", Span("a.yaml", 7, 1)))
    assert list(excerpt_lines(point, Style()))[1] == "      │ ^"
    lines = replace(whole_line, finding=Finding("m", Span("a.yaml", 7, 2, 9, 1)))
    assert list(excerpt_lines(lines, Style()))[1] == "      │  ^^"
    assert next(excerpt_lines(on("a b", "b"), Style(unicode=False))) == "    7 | a b"


def test_an_edit_of_another_line_shows_no_changed_line() -> None:
    found = on("a b", "b", fix="c")
    fix = Fix("change two", (*found.finding.fix.edits, Edit(Span("a.yaml", 8, 1, 8, 2), "x")), safe=True)  # type: ignore[union-attr]
    assert len(list(excerpt_lines(replace(found, finding=replace(found.finding, fix=fix)), Style()))) == 2


def test_a_pipe_gets_no_source_lines() -> None:
    report = Report(findings=[chat_on_base()])
    assert "^" in text_report(report, Style())
    assert "^" not in text_report(report, Style(wrap=False))


def test_a_rule_is_a_link_where_that_is_possible() -> None:
    report = Report(findings=[chat_on_base()], rules=rules())
    assert f"[\x1b]8;;{URL}\x1b\\{RULE}\x1b]8;;\x1b\\]" in text_report(report, Style(links=True))
    assert "\x1b" not in text_report(report, Style())
    for address in ("javascript:alert(1)", "https://example.org/a\x1b[2J", "https://example.org/ü", None):
        report.rules = {RULE: replace(rules()[RULE], address=address)}
        assert "\x1b" not in text_report(report, Style(links=True))


def shards(count: int, rule: str = "weights/shard-missing") -> list[Reported]:
    return [Reported(rule, Severity.ERROR, "acme/x", Finding(f"shard {number} is missing")) for number in range(1, count + 1)]


def test_no_findings_are_no_lines() -> None:
    assert list(FindingWriter(Style(), {}).lines([], [])) == []


def test_many_of_a_kind_in_one_checkpoint_are_one_with_a_count() -> None:
    text = text_report(Report(findings=shards(30)), Style())
    assert "shard 1 is missing" in text
    assert "shard 2 is missing" not in text
    assert "  and 29 more of this rule in acme/x (-v shows them)" in text.splitlines()
    assert "shard 30 is missing" in text_report(Report(findings=shards(30)), Style(verbosity=1))
    assert "shard 4 is missing" in text_report(Report(findings=shards(4)), Style())


def test_each_line_of_a_deployment_is_shown() -> None:
    assert text_report(without_errors(12), Style()).count("a chat API") == 12


def test_advice_on_missing_metadata_is_one_line() -> None:
    names = ("card/library-name-missing", "card/pipeline-tag-missing", "card/language-missing", "tokenizer/length-unset")
    notes = [Reported(name, Severity.NOTE, "acme/x", Finding(f"no {name}")) for name in names]
    error = Reported("card/license-missing", Severity.WARNING, "acme/x", Finding("no license"))
    lines = text_report(Report(findings=[*notes, error]), Style(width=200)).splitlines()
    assert "acme/x: warning: no license [card/license-missing]" in lines
    assert f"acme/x: 4 notes on missing metadata: {', '.join(names)} (-v shows them)" in lines
    many = [replace(note, target=f"acme/{number}") for number in range(5) for note in notes]
    assert "20 notes on missing metadata in 5 checkpoints (-v shows them)" in text_report(Report(findings=many), Style())
    assert "no card/language-missing" in text_report(Report(findings=notes), Style(verbosity=1))


def test_what_can_be_fixed_is_counted_by_how() -> None:
    unsafe = chat_on_base()
    unsafe = replace(unsafe, finding=replace(unsafe.finding, fix=replace(unsafe.finding.fix, safe=False)))  # type: ignore[type-var]
    for findings, says in (
        ([chat_on_base()] * 3, "3 fixable with --fix"),
        ([chat_on_base(), unsafe, unsafe], "1 fixable with --fix, 2 more with --fix --unsafe-fixes"),
        ([unsafe], "1 fixable with --fix --unsafe-fixes"),
        ([replace(unsafe, local=False)], "1 error in 1 file"),
    ):
        assert text_report(Report(findings=findings, files_read=1), Style()).splitlines()[-1] == says


def test_what_is_hidden_is_counted() -> None:
    from reporters.reports import whole

    assert "1 suppressed · 1 in the baseline · 1 unresolved" in re.sub(r"\s+", " ", text_report(whole(), Style()))
