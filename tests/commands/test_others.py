"""``rules``, ``explain``, ``plugins``, ``completion``, ``--version`` and ``--help``."""

from __future__ import annotations

import pytest
from modelcheck import __version__

from conftest import ROOT, Command


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


def test_explain_shows_what_counts_as_evidence_and_how_much(modelcheck: Command) -> None:
    from modelcheck import fitted
    from modelcheck.plugins import Plugins

    page = modelcheck("explain", "identity/turn-end-is-eos").out
    assert "# identity/turn-end-is-eos" in page
    assert f"`turn-end`: {fitted.WEIGHTS['identity/turn-end-is-eos:turn-end']:+.1f}" in page
    for name in Plugins().registry.signals:
        assert f"\n## {name}\n" in (ROOT / "docs/signals.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("area", "rule", "signal"),
    [("identity", "identity/name-contradicts-evidence", "identity/name-marker"), ("deploy", "deploy/floating-revision", None)],
)
def test_explain_shows_an_area(area: str, rule: str, signal: str | None, modelcheck: Command) -> None:
    done = modelcheck("explain", area)
    assert f"- `{rule}` (" in done.out
    assert (f"- `{signal}`: " in done.out) == (signal is not None)
    assert done.out == modelcheck("explain", f"{area}/").out
    wrong = modelcheck("explain", area[:-1])
    assert wrong.code == 2
    assert f"did you mean '{area}'" in wrong.err


def test_rules_takes_an_area_as_its_argument(modelcheck: Command) -> None:
    assert modelcheck("rules", "deploy").out == modelcheck("rules", "--area", "deploy").out


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
