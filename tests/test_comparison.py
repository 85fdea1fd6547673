"""docs/comparison.md: what it says of modelcheck stays true. What it says of others was tried on the day that it names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from modelcheck.reporters.formats import MODULES
from modelcheck.version import VERSION

from conftest import ROOT, Command

PAGE = (ROOT / "docs/comparison.md").read_text("utf-8")
TABLES = [table.splitlines() for table in re.findall(r"(?:^\|.*\n)+", PAGE, re.MULTILINE)]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


ROWS = {row[0]: row for table in TABLES for row in map(cells, table[2:])}


def test_every_row_has_a_cell_for_each_tool() -> None:
    for table in TABLES:
        assert {len(cells(line)) for line in table} == {7}, table[0]
        assert cells(table[0])[-1] == "modelcheck"
    assert f"modelcheck {VERSION}" in PAGE


def test_the_number_of_formats() -> None:
    assert ROWS["formats"][-1].strip("*") == str(len(MODULES))


def test_options_of_modelcheck_exist(modelcheck: Command) -> None:
    options = {one for row in ROWS.values() for one in re.findall(r"`(--?[a-z-]+)", row[-1])}
    assert len(options) > 5
    told = modelcheck("scan", "--help").out
    assert [one for one in sorted(options) if not re.search(rf"(?<![\w-]){one}(?![\w-])", told)] == []


@pytest.mark.parametrize("words", ["--no-ignores", "--no-config", "--min-severity high", "--watch"])
def test_what_is_said_to_be_missing_is_missing(words: str, modelcheck: Command) -> None:
    assert modelcheck("scan", *words.split(), "--offline").code == 2


@pytest.mark.parametrize(("target", "code"), [("missing.yaml", 4), ("bad.yaml", 1), ("--config=bad.toml", 2)])
def test_the_exit_codes(target: str, code: int, modelcheck: Command, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("services:\n  a: [vllm\n")
    (tmp_path / "bad.toml").write_text("[nosuch]\n")
    done = modelcheck("scan", target, "--offline")
    assert done.code == code, done.out + done.err
