"""``render_report``: what a format writes, and an AssertionError where it wrote nothing of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from modelcheck.api import Finding, Span
from modelcheck.report import Report
from modelcheck.testing.rendering import render_report

from conftest import Command, write_tree
from testing.pack import installed_pack

FINDINGS = [Finding("it shouts", at=Span("README.md", 4, 1)), Finding("it shouts again")]
CARD = {"README.md": "---\nlicense: mit\n---\n# A!\n"}


@pytest.fixture(scope="module", autouse=True)
def _pack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with installed_pack(tmp_path_factory.mktemp("site")):
        yield


def test_it_writes_findings_files_and_reports() -> None:
    assert render_report("kit", FINDINGS, width=60) == "2 at 60"
    assert render_report("kit", Report()) == "0 at 80"
    assert render_report("kit", []) == "0 at 80"
    lines = render_report("concise", FINDINGS, rule="house/title", severity="error").splitlines()
    assert lines[0] == "memory: error: it shouts again [house/title]"
    assert "README.md:4:1: error: it shouts [house/title]" in lines


def test_files_are_reported_as_a_scan_reports_them(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path / "memory", CARD)
    done = modelcheck("scan", ".", "--offline", "--budget", "weights", "--format", "concise", cwd=tmp_path / "memory")
    ours = [line for line in render_report("concise", CARD).splitlines() if "[kitpack/" not in line]
    assert [line for line in done.out.splitlines() if "[" in line] == [line for line in ours if "[" in line]


VACUOUS = {
    "no such format": (lambda: render_report("kits", FINDINGS), "no output format 'kits'; did you mean 'kit'"),
    "a crash": (lambda: render_report("kit-crash", FINDINGS), "ZeroDivisionError"),
    "nothing to report": (lambda: render_report("kit", {"a.txt": ""}), "nothing to report about these files: a.txt"),
    "no files": (lambda: render_report("kit", {}), "nothing to report about these files: none"),
}


@pytest.mark.parametrize("case", VACUOUS)
def test_nothing_passes_without_being_written(case: str) -> None:
    work, reason = VACUOUS[case]
    with pytest.raises(AssertionError, match=reason):
        work()
