"""``--format NAME[=FILE]``: several reports in one run."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from modelcheck.reporters.formats import MODULES

from conftest import ROOT, Command, clean_environment, plugin, plugin_path, write_tree
from terminals import written_to_terminal

RUN = "vllm serve acme/Ivy-7B-Base --enable-auto-tool-choice --tool-call-parser hermes\n"


def test_several_formats_in_one_run(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"run.sh": RUN, "b.sh": RUN})
    words = ("--format", "json=a.json", "--format", "jsonl=b.jsonl", "--format", "concise")
    done = modelcheck("scan", "run.sh", "b.sh", "--offline", *words, cwd=tmp_path)
    assert done.code == 1
    assert done.out.splitlines()[0].startswith("run.sh:1:12: error: acme/Ivy-7B-Base is a base model")
    assert len(json.loads((tmp_path / "a.json").read_text())["findings"]) == 2
    assert [json.loads(line)["schema"] for line in (tmp_path / "b.jsonl").read_text().splitlines()] == [1] * 3
    only = modelcheck("scan", "run.sh", "--offline", "--format", "json=a.json", cwd=tmp_path)
    assert (only.code, only.out) == (1, "")
    to_file = modelcheck(
        "scan", "run.sh", "--offline", "--output", "c.txt", "--format", "json=a.json", "--format", "text", cwd=tmp_path
    )
    assert to_file.out == ""
    assert "fix: use the instruct model" in (tmp_path / "c.txt").read_text()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--format", "text", "--format", "json"), "--format text and json: only one can go to standard output"),
        (("--format", "text="), "--format text=: no file after the equals sign"),
        (("--format", "jsom"), "'jsom' is not one of"),
        (("--format", "json=a", "--output", "b"), "--output is for a format without a file"),
        (("--format", "json=a", "--format", "text=./a"), "a is written by two formats"),
        (("--format", "json=missing/a"), "cannot write missing/a"),
    ],
)
def test_what_cannot_be_meant_is_told_before_the_scan(
    words: tuple[str, ...], says: str, modelcheck: Command, tmp_path: Path
) -> None:
    write_tree(tmp_path, {"run.sh": RUN})
    done = modelcheck("scan", "run.sh", "--offline", *words, cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert says in done.err


def on_terminal(*words: str, cwd: Path, **environment: str) -> str:
    """The output of a command whose standard output is a terminal."""
    command = [sys.executable, "-P", "-m", "modelcheck", *words]
    env = clean_environment(**({"TERM": "xterm"} | environment))
    return written_to_terminal(command, cwd=cwd, env=env, errors=False)


def test_a_terminal_gets_text_and_a_pipe_gets_lines(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"run.sh": RUN, "m-instruct/config.json": '{"model_type": "llama"}'})
    words = ("scan", "run.sh", "m-instruct", "--offline")
    assert "use the instruct model" in on_terminal(*words, cwd=tmp_path)
    pipe = modelcheck(*words, cwd=tmp_path)
    lines = pipe.out.splitlines()
    assert lines[0].startswith("m-instruct: instruct (")
    (line,) = [line for line in lines if line.startswith("run.sh:1:12: error: ")]
    assert line.endswith(" [deploy/base-weights-behind-chat]")
    assert lines[-1].startswith("1 error")
    assert "│" in modelcheck(*words, "--why", cwd=tmp_path, env={"PYTHONIOENCODING": "utf-8"}).out, "only text has evidence"
    assert modelcheck(*words, "-q", cwd=tmp_path).out.startswith("run.sh:1:12")


@pytest.mark.parametrize(
    ("environment", "colored"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_who_gets_colours(environment: dict[str, str], colored: bool, tmp_path: Path) -> None:
    write_tree(tmp_path, {"run.sh": RUN})
    assert ("\x1b[" in on_terminal("scan", "run.sh", "--offline", cwd=tmp_path, **environment)) is colored


def test_colours_in_a_pipe_are_asked_for(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"run.sh": RUN})
    assert "\x1b[31m" in modelcheck("scan", "run.sh", "--offline", cwd=tmp_path, env={"FORCE_COLOR": "1"}).out
    assert "\x1b[" not in modelcheck("scan", "run.sh", "--offline", cwd=tmp_path, env={"FORCE_COLOR": "0"}).out


def test_a_diff_stands_in_the_place_of_the_report_without_a_file(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"run.sh": RUN})
    words = ("scan", "run.sh", "--offline", "--diff", "--unsafe-fixes", "--format", "json=a.json")
    for more in ((), ("--format", "text")):
        done = modelcheck(*words, *more, cwd=tmp_path)
        assert done.out.startswith("--- a/run.sh"), done.err
        assert json.loads((tmp_path / "a.json").read_text())["findings"]


PAGE = (ROOT / "docs/output.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    """The code blocks of a language in the page about formats."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_page_lists_every_format() -> None:
    listed = re.findall(r"^\| `(\w+)` \| ", PAGE[: PAGE.index("## Examples")], re.MULTILINE)
    assert sorted(listed) == sorted(MODULES)


def test_the_plug_in_of_the_page_works(modelcheck: Command, tmp_path: Path) -> None:
    (code,) = blocks("python")
    write_tree(tmp_path, {"run.sh": RUN})
    site = plugin(tmp_path / "site", {"acme.py": code})
    done = modelcheck("scan", "run.sh", "--offline", "--format", "by-rule", cwd=tmp_path, env=plugin_path(site))
    assert done.code == 1, done.err
    assert re.fullmatch(r"error deploy/base-weights-behind-chat: .+\n[0-9a-f]{32}:1 run\.sh:1:12\n", done.out)
