"""Every command that README.md or a page of docs/ shows is run, and what it prints is compared with what the page says.

How a page writes them: ``shown_commands``. What cannot be run here says why, and its options are parsed all the same.
"""

from __future__ import annotations

import difflib
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ROOT
from shown_commands import PAGES, agrees, blocks, invocations, run, wrong_use

# Pages whose commands other tests run, in other languages than ``console``.
RUN_ELSEWHERE = {
    "docs/ci.md": "test_ci_page.py",
    "docs/writing-a-rule.md": "testing/test_writing_a_rule.py",
}
SHELL = ("console", "sh", "bash", "shell")
SHOWN = {path.relative_to(ROOT).as_posix(): blocks(path.read_text("utf-8")) for path in PAGES}
WITH_COMMANDS = [name for name, found in SHOWN.items() if any(block.language == "console" for block in found)]


@pytest.mark.parametrize("name", WITH_COMMANDS)
def test_the_commands_of_a_page_print_what_it_says(name: str, tmp_path: Path) -> None:
    ran = []
    for block, step, output, code in run(ROOT / name, tmp_path):
        ran.append((block, step, output, code))
        differs = "\n".join(difflib.unified_diff(step.output.splitlines(), output.splitlines(), "page", "command", lineterm=""))
        assert agrees(step.output, output), f"{name}:{block.line}: {step.command}\n{differs}"
    for number, (block, step, _, code) in enumerate(ran):
        follows = ran[number + 1][1] if number + 1 < len(ran) else None
        told = follows is not None and follows.command == "echo $?"
        assert code in (0, 1) or told, f"{name}:{block.line}: {step.command} exits with {code}: show it with echo $?"
        for file in re.findall(r"--(?:format [\w-]+=|output )(\S+)", step.command):
            assert any(path.stat().st_size for path in tmp_path.rglob(Path(file).name)), f"{step.command} wrote no {file}"
    print(f"{name}: {len(ran)} commands")  # noqa: T201 - for docs/benchmarks.md


def test_commands_are_where_they_are_run() -> None:
    for name, found in SHOWN.items():
        for block in found:
            if block.language in SHELL and block.language != "console" and name not in RUN_ELSEWHERE:
                assert not list(invocations(block.text)), f"{name}:{block.line}: write a block of the language console"
            if block.reason is not None:
                assert block.language == "console", f"{name}:{block.line}: nothing runs a block of {block.language}"
                assert len(block.reason.split()) > 1, f"{name}:{block.line}: say why it is not run"


def named_in(name: str) -> Iterator[tuple[int, str]]:
    """The commands in blocks of a page, with their lines, and those between backticks."""
    for block in SHOWN[name]:
        if block.language == "console":
            yield from ((block.line, step.command) for step in block.steps())
        elif block.language in (*SHELL, "text"):
            own = [line for line in block.text.splitlines() if re.match(r"(?:\.venv/bin/)?modelcheck (?!.*\[OPTIONS\])", line)]
            yield from ((block.line, re.split(r"\s{3,}", line)[0]) for line in own)  # a help text explains after some spaces
    text = (ROOT / name).read_text("utf-8")
    prose = re.sub(r"^(`{3,}).*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)
    for span in re.finditer(r"`(modelcheck [a-z][^`]*)`", prose):
        yield 0, " ".join(span[1].split())


def test_every_command_that_a_page_names_can_be_given() -> None:
    """The command exists, and so do its options."""
    named = [(name, number, line) for name in SHOWN for number, line in named_in(name)]
    assert named
    for name, number, line in named:
        for words in invocations(line):
            assert wrong_use(words) is None, f"{name}:{number or ''}: {line}"


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ("```console\n$ echo one\ntwo\n```\n", False),
        ("```console\n$ echo one; echo two\n…\ntwo\n```\n", True),
        ("```console\n$ echo one two three\none … three\n```\n", True),
        ("```console\n$ echo one\n```\n", False),
        ("```console\n$ X=1\n$ echo $X\n1\n$ (exit 7)\n$ echo $?\n7\n```\n", True),
        ("```console\n$ ls tiny-base/config.json\ntiny-base/config.json\n```\n", True),
        ("<!-- folder: . -->\n```console\n$ ls fixtures/tiny-base/config.json\nfixtures/tiny-base/config.json\n```\n", True),
        ("```console\n$ echo a \\\n> b\na b\n```\n", True),
    ],
)
def test_a_page_is_held_against_its_commands(page: str, says: bool, tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(page)
    with tempfile.TemporaryDirectory() as folder:
        results = list(run(tmp_path / "page.md", Path(folder)))
    assert results
    assert all(agrees(step.output, output) for _, step, output, _ in results) is says


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("modelcheck scan . --no-such-option", "No such option"),
        ("cat x | HF_HOME=/x modelcheck scn -", "No such command"),
        ("modelcheck scan --budget much", "is not one of"),
        ("modelcheck fleet lst", "No such command"),
        ("modelcheck scan --targets not-there.txt", None),
        ("modelcheck scan . --format json > x.json && .venv/bin/modelcheck report x.json", None),
    ],
)
def test_a_wrong_option_is_noticed(line: str, says: str | None) -> None:
    told = [wrong_use(words) for words in invocations(line)]
    assert told
    assert (told == [None] * len(told)) if says is None else any(one and says.lower() in one.lower() for one in told), told
