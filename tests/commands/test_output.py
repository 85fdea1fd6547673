"""Reports are written whole, and what cannot be written is the user's mistake."""

from __future__ import annotations

from pathlib import Path

import pytest
from modelcheck.commands.output import WriteError, report_output, write_errors

from conftest import ROOT, Command


def test_a_report_replaces_the_older_one_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text("old")
    with report_output(path, streams=False, colors=False) as write:
        write("one")
        write("")
        assert path.read_text() == "old"
        write("“two” \udcff")
    assert path.read_text("utf-8") == "one\n“two” \\udcff\n"


def test_a_stream_can_be_read_while_it_grows(tmp_path: Path) -> None:
    path = tmp_path / "report.jsonl"
    with report_output(path, streams=True, colors=False) as write:
        write("one")
        assert path.read_text() == "one\n"


def test_a_run_that_fails_leaves_the_older_report_and_its_own_error(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text("old")

    def run() -> None:
        with report_output(path, streams=False, colors=False) as write:
            write("half")
            raise FileNotFoundError("of the run")

    with pytest.raises(FileNotFoundError, match="of the run"):
        run()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_exits_2(tmp_path: Path) -> None:
    with (
        pytest.raises(WriteError, match=r"cannot write .*report\.txt: No such file") as raised,
        report_output(tmp_path / "missing" / "report.txt", streams=False, colors=False),
    ):
        raise AssertionError("the block is not entered")
    assert raised.value.exit_code == 2
    with pytest.raises(WriteError, match=r"cannot write x\.yaml: Permission denied"), write_errors():
        raise PermissionError(13, "Permission denied", "x.yaml")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("text", "json"), "--format text and json: only one can go to standard output"),
        (("text=",), "--format text=: no file after the equals sign"),
        (("jsom",), "'jsom': there are"),
        (("json=a", "text=./a"), "a is written by two formats"),
    ],
)
def test_formats_that_would_overwrite_each_other_are_refused(
    modelcheck: Command, tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    formats = [part for word in words for part in ("--format", word)]
    done = modelcheck("lineage", ROOT / "fixtures/tiny-base", ROOT / "fixtures/tiny-instruct", *formats, cwd=tmp_path)
    assert done.code == 2
    assert says in done.err
    assert not (tmp_path / "a").exists()
