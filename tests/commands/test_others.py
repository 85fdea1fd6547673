"""``rules``, ``explain``, ``plugins``, ``completion``, ``--version`` and ``--help``."""

from __future__ import annotations

import pytest
from modelcheck import __version__

from conftest import Command


def test_version_and_help(modelcheck: Command) -> None:
    assert modelcheck("--version").out == f"modelcheck {__version__}\n"
    for words in (
        ("--help",),
        ("-h",),
        ("scan", "--help"),
        ("rules", "-h"),
        ("explain", "-h"),
        ("plugins", "-h"),
        ("completion", "-h"),
    ):
        done = modelcheck(*words)
        assert done.code == 0
        assert done.out.startswith("Usage: ")
        assert all(len(line) <= 80 for line in done.out.splitlines()), words


def test_rules_lists_them_all_or_an_area(modelcheck: Command) -> None:
    every = modelcheck("rules").out.splitlines()
    assert any(line.split()[:2] == ["deploy/base-weights-behind-chat", "error"] for line in every)
    area = [line.split()[0] for line in modelcheck("rules", "--area", "security").out.splitlines()]
    assert "security/pickle-only" in area
    assert all(name.startswith("security/") for name in area)
    wrong = modelcheck("rules", "--area", "securty")
    assert wrong.code == 2
    assert "did you mean 'security'" in wrong.err


def test_explain_shows_the_page_and_suggests(modelcheck: Command) -> None:
    done = modelcheck("explain", "template/turn-end-not-eos")
    assert done.code == 0
    for part in ("# template/turn-end-not-eos", "## Bad", "## Good", "## Fix", "## Options", "- `ignore`: list of strings"):
        assert part in done.out
    wrong = modelcheck("explain", "template/turn-end-not-eso")
    assert wrong.code == 2
    assert "did you mean 'template/turn-end-not-eos'" in wrong.err


def test_plugins_says_what_brings_what(modelcheck: Command) -> None:
    lines = {line.split()[0]: line for line in modelcheck("plugins").out.splitlines()}
    assert "signals" in lines["modelcheck_rules"]
    assert "facts" in lines["modelcheck.facts"]
    assert "readers" in lines["modelcheck.readers"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_that_completes_rules(shell: str, modelcheck: Command) -> None:
    done = modelcheck("completion", shell)
    assert "_MODELCHECK_COMPLETE" in done.out


def test_the_shell_is_told_the_rules_that_begin_so(modelcheck: Command) -> None:
    env = {"_MODELCHECK_COMPLETE": "bash_complete", "COMP_WORDS": "modelcheck explain template/t", "COMP_CWORD": "2"}
    assert "plain,template/turn-end-not-eos" in modelcheck(env=env).out
