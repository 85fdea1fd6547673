"""Width, encoding and colours of what is written."""

from __future__ import annotations

import io
import sys

import pytest
from modelcheck.commands.terminal import can_encode, encodable, report_style, terminal_width


class Terminal(io.TextIOWrapper):
    def __init__(self, encoding: str) -> None:
        super().__init__(io.BytesIO(), encoding)

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("columns", "width"), [("132", 132), ("40", 40), ("0", 80), ("wide", 80), ("", 80)])
def test_the_width_is_columns_or_80(columns: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_terminal() -> None:
        raise OSError

    monkeypatch.setattr("os.get_terminal_size", no_terminal)
    assert terminal_width({"COLUMNS": columns}) == width


def test_a_terminal_gets_colours_and_lines_and_a_pipe_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    def style(**options: bool) -> tuple[bool, bool]:
        made = report_style(**{"to_file": False, "no_color": False, **options}, verbosity=0, why=False)
        return made.color, made.wrap

    monkeypatch.setattr(sys, "stdout", Terminal("utf-8"))
    assert style() == (True, True)
    assert style(no_color=True) == (False, True)
    assert style(to_file=True) == (False, False)
    monkeypatch.setenv("NO_COLOR", "1")
    assert style() == (False, True)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert style() == (False, False)


def test_what_the_encoding_lacks_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal("ascii"))
    assert not report_style(to_file=False, no_color=False, verbosity=0, why=False).unicode
    assert report_style(to_file=True, no_color=False, verbosity=0, why=False).unicode
    assert encodable("“it” – █") == "?it? ? ?"
    assert not can_encode("x", "no-such-encoding")


@pytest.mark.parametrize(
    ("verbosity", "why", "all_evidence"), [(0, False, False), (0, True, True), (1, False, True), (-1, False, False)]
)
def test_verbose_shows_all_evidence(verbosity: int, why: bool, all_evidence: bool) -> None:
    assert report_style(to_file=False, no_color=False, verbosity=verbosity, why=why).why is all_evidence
