"""Counts of findings by rule."""

from __future__ import annotations

from pathlib import Path

import pytest
from modelcheck.report import Report, Style
from modelcheck.reporters.statistics import statistics_lines
from modelcheck.reporters.text import text_report

from conftest import Command, write_tree
from reporters.reports import ATTACKS, hostile, whole, without_errors


def test_the_most_frequent_rule_is_first() -> None:
    report = without_errors(12)
    report.findings += whole().findings[1:]
    report.rules |= whole().rules
    assert list(statistics_lines(report, Style())) == [
        "12  error    deploy/base-weights-behind-chat  A base model is served behind a chat API (12 fixable with --fix)",
        " 1  warning  card/license-missing             The card names no license",
    ]
    assert list(statistics_lines(Report(), Style())) == []


@pytest.mark.parametrize("text", ATTACKS)
def test_a_title_controls_nothing(text: str) -> None:
    lines = text_report(hostile(text), Style(statistics=True)).splitlines()
    assert not [line for line in lines if "\x1b" in line]


def test_it_is_an_option_of_scan_and_of_report(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"run.sh": "vllm serve acme/Ivy-7B-Base --tool-call-parser hermes\n"})
    for words in (("scan", "run.sh", "--offline", "--format", "json=a.json"), ("report", "a.json")):
        done = modelcheck(*words, "--format", "concise", "--statistics", cwd=tmp_path)
        assert done.code == 1
        assert done.out.splitlines()[0] == "1  error    deploy/base-weights-behind-chat  A chat deployment serves a base model"
