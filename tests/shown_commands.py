"""The commands that the documentation shows, run as a reader would run them.

A fenced block of the language ``console`` has lines ``$ command`` (continued by lines ``> …``) and below each what it prints on a
terminal of 80 columns. A line ``…`` (or ``...``) stands for any number of lines, ``…`` in a line for any text in that line. A
command ends with 0 or 1, or with the code that a following ``$ echo $?`` shows. The blocks of a page are run in order, in a copy
of the folder ``fixtures``, or of the folder that a comment ``<!-- folder: NAME -->`` names; ``.`` is one that contains
``fixtures``. ``<!-- with: NAME -->`` puts something beside it: see ``shown_surroundings``. ``<!-- not run: REASON -->`` above a
block leaves it out; that its options exist is checked all the same.

    python tests/shown_commands.py docs/quickstart.md        prints the page's commands with what they print now
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import click

from conftest import ROOT, clean_environment
from shown_surroundings import KINDS
from terminals import written_to_terminal

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(
    r"(?:^<!-- not run: (?P<reason>[^\n]+) -->\n+)?^(?P<fence>`{3,})(?P<language>[^`\n]*)\n(?P<text>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
STAND_INS = {
    "modelcheck": f'exec "{sys.executable}" -P -m modelcheck "$@"',
    "python3": f'[ "$1 $2" = "-m venv" ] || exec "{sys.executable}" "$@"',
    "python": f'exec "{sys.executable}" "$@"',
    "pip": '[ "$1" = install ]',
}
"""Programs of the pages. Nothing is installed: what is tested is there already."""
START, END = "\x1e", "\x1f"
SECONDS = 300


class Step(NamedTuple):
    """A command and what the page says that it prints."""

    command: str
    output: str


class Block(NamedTuple):
    """A fenced block: its first line in the page, its language, its text and why it is not run."""

    line: int
    language: str
    text: str
    reason: str | None

    def steps(self) -> list[Step]:
        """The commands of a ``console`` block. Raises ValueError for text before the first."""
        steps: list[Step] = []
        for line in self.text.splitlines():
            if line.startswith("$ "):
                steps.append(Step(line[2:], ""))
            elif not steps:
                raise ValueError(f"line {self.line}: a console block begins with a command: $ …")
            elif line.startswith("> ") and not steps[-1].output:
                steps[-1] = Step(f"{steps[-1].command}\n{line[2:]}", "")
            else:
                steps[-1] = Step(steps[-1].command, f"{steps[-1].output}{line}\n")
        return steps


def blocks(text: str) -> list[Block]:
    """Every fenced block of a page, in order."""
    return [
        Block(text.count("\n", 0, one.start("fence")) + 1, one["language"].strip(), one["text"], one["reason"])
        for one in FENCE.finditer(text)
    ]


def run(page: Path, folder: Path) -> Iterator[tuple[Block, Step, str, int]]:
    """Run a page's commands below an empty folder; yields what each printed on a terminal, and its exit code."""
    text = page.read_text("utf-8")
    shown = [one for one in blocks(text) if one.language == "console" and one.reason is None]
    steps = [(block, step) for block in shown for step in block.steps()]
    if not steps:
        return
    declared = re.search(r"^<!-- folder: (\S+) -->$", text, re.MULTILINE)
    shutil.copytree(ROOT / "fixtures", folder / "fixtures", ignore=shutil.ignore_patterns("__pycache__"))
    with ExitStack() as around:
        wanted = re.findall(r"^<!-- with: (\S+) -->$", text, re.MULTILINE)
        found = [around.enter_context(KINDS[name](folder)) for name in wanted]
        written = {page: here for one in found for page, here in one.written.items()}
        env = {name: value for one in found for name, value in one.env.items()}
        script = _script([_replaced(step.command, written) for _, step in steps])
        output = _on_terminal(script, folder / (declared[1] if declared else "fixtures"), folder, env)
    back = {here: page for page, here in written.items()} | {str(folder): "/tmp"}
    results = _results(_replaced(output, back))
    for (block, step), (shown_, code) in zip(steps, results, strict=True):
        yield block, step, shown_, code


def _replaced(text: str, table: Mapping[str, str]) -> str:
    for one, other in table.items():
        text = text.replace(one, other)
    return text


def _script(commands: Sequence[str]) -> str:
    """One shell for all commands, so that variables and ``$?`` mean what they say; control characters mark each output."""
    lines = []
    for command in commands:
        lines += [r"printf '\036'; (exit ${code:-0})", command.replace(".venv/bin/", ""), "code=$?", r"printf '\037%s\n' $code"]
    return "\n".join(lines)


def _on_terminal(script: str, cwd: Path, folder: Path, around: Mapping[str, str]) -> str:
    bin_ = folder / "bin"
    bin_.mkdir()
    for name, text in STAND_INS.items():
        (bin_ / name).write_text(f"#!/bin/sh\n{text}\n")
        (bin_ / name).chmod(0o755)
    own = {"PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}", "TERM": "dumb", "HF_HOME": str(folder / "hf"), "OMP_NUM_THREADS": "1"}
    env = clean_environment(**{**own, "OLLAMA_MODELS": str(folder / "ollama"), **around})
    command = ["timeout", str(SECONDS), "bash", "-c", script]
    return written_to_terminal(command, cwd=cwd, env=env, seconds=SECONDS)


def _results(written: str) -> list[tuple[str, int]]:
    parts = [part.partition(END) for part in written.split(START)[1:]]
    return [(output, int(code.split("\n", 1)[0] or -1)) for output, _, code in parts]


def agrees(expected: str, actual: str) -> bool:
    """Whether an output is what a page shows of it."""
    pattern = ""
    for line in _stripped(expected):
        if line.strip() in ("…", "..."):
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += "[^\n]*".join(re.escape(part) for part in line.split("…")) + "\n"
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in _stripped(actual))) is not None


def _stripped(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").splitlines()]


def invocations(command: str) -> Iterator[list[str]]:
    """The arguments of each call of modelcheck in lines of shell."""
    for line in command.replace("\\\n", " ").splitlines():
        yield from _in_line(line)


def _in_line(line: str) -> Iterator[list[str]]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    part: list[str] = []
    for token in [*lexer, ";"]:
        if not set(token) <= set("();<>|&"):
            part.append(token)
            continue
        words = list(_without_assignments(part))
        if words and words[0].rpartition("/")[2] == "modelcheck":
            yield words[1:]
        part = ["(redirected)"] if set(token) <= set("<>&") and set(token) & set("<>") else []


def _without_assignments(words: Sequence[str]) -> Iterator[str]:
    found = False
    for word in words:
        found = found or not re.match(r"[A-Z_]+=", word)
        if found:
            yield word


def wrong_use(words: Sequence[str]) -> str | None:
    """What click says against the arguments of a command; None if it takes them. Files need not exist."""
    from modelcheck.cli import cli

    command, name, rest = cli, "modelcheck", list(words)
    context = click.Context(cli, info_name=name)
    try:
        while isinstance(command, click.Group):
            if not rest or rest[0] in ("--help", "-h", "--version", "-V"):
                return None
            name, child, rest = command.resolve_command(context, rest)
            assert child is not None
            context = click.Context(child, info_name=name, parent=context)
            command = child
        command.make_context(name, rest, parent=context.parent)
    except click.exceptions.Exit:
        return None
    except click.UsageError as error:
        named = isinstance(error, click.MissingParameter) and not rest  # a command, without what it is called with
        return None if named or "does not exist" in error.format_message() else error.format_message()
    return None


if __name__ == "__main__":
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as temporary:
            for _, step, output, code in run(Path(name).resolve(), Path(temporary)):
                print(f"$ {step.command}  [{code}]{'' if agrees(step.output, output) else '  DIFFERS'}\n{output}", end="")
