"""docs/troubleshooting.md quotes messages that the code prints, under the exit codes that there are."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from conftest import ROOT

PAGE = (ROOT / "docs/troubleshooting.md").read_text("utf-8")
QUOTED = re.findall(r"^\| `((?:[^`]|\\`)+)` \|", PAGE, re.MULTILINE)
HOLE = "…"


@cache
def messages() -> str:
    """Every text of the code, each value in it a hole."""
    found = []
    for path in (ROOT / "modelcheck").rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                found.append("".join(str(part.value) if isinstance(part, ast.Constant) else HOLE for part in node.values))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
                found.append(node.value)
    return "\n".join(found)


def pattern(quoted: str) -> str:
    """What a quoted message looks like in the code: a hole of the page is any text of one message."""
    return r"[^\n]*?".join(re.escape(part.strip(" ")) for part in quoted.replace(r"\|", "|").split(HOLE))


def test_the_page_quotes_messages() -> None:
    assert len(QUOTED) > 25


@pytest.mark.parametrize("quoted", QUOTED)
def test_a_message_is_one_that_the_code_prints(quoted: str) -> None:
    assert re.search(pattern(quoted), messages()), quoted


@pytest.mark.parametrize(
    "quoted", ["… is a base model, and that is bad", "the Hub cannot be reeched (…)", "… does not exist on the Hub or is …"]
)
def test_a_message_that_the_code_does_not_print_is_noticed(quoted: str) -> None:
    assert not re.search(pattern(quoted), messages())


def test_every_exit_code_of_a_fault_has_its_section() -> None:
    settings = (ROOT / "docs/settings.md").read_text("utf-8")
    codes = re.findall(r"^\| (\d+) \|", settings[settings.index("## Exit codes") :], re.MULTILINE)
    sections = re.findall(r"^## Exit code (\d+)", PAGE, re.MULTILINE)
    assert sections == [code for code in codes if code not in ("0", "130")]
