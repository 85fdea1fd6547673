"""The code of docs/writing-a-rule.md: installed as the page says, its tests pass, and so do the checks for plug-ins."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import click
from modelcheck.cli import cli

from conftest import ROOT, clean_environment, plugin, plugin_path, write_tree

PAGE = (ROOT / "docs/writing-a-rule.md").read_text()
BLOCK = re.compile(r"^(?P<fence>`{3,})(?P<language>\w+)\n(?P<code>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL)
BLOCKS = [(found["language"], found["code"]) for found in BLOCK.finditer(PAGE)]
WITHOUT_A_PATH = {
    "acme_rules/house/title_shouts.py": "def title_shouts(",
    "acme_store.py": "acme://",
    "acme_lines.py": "def lines_report(",
}


def files() -> dict[str, str]:
    """The page's Python, by the path in its first line or in the text before it."""
    found: dict[str, str] = {}
    for language, code in BLOCKS:
        if language != "python":
            continue
        named = re.match(r"# (\S+\.py)\n", code)
        path = named[1] if named else next(path for path, word in WITHOUT_A_PATH.items() if word in code)
        assert path not in found, path
        found[path] = code
    return found


def test_every_block_has_its_place_and_is_named_in_the_text() -> None:
    assert files().keys() >= WITHOUT_A_PATH.keys()
    for path in WITHOUT_A_PATH:
        assert f"`{path}`" in PAGE
    for language, code in BLOCKS:
        if language == "toml":
            tomllib.loads(code)


def test_its_tests_pass_and_the_checks_for_plugins(tmp_path: Path) -> None:
    made = files()
    tests = write_tree(tmp_path / "pack", {path: made.pop(path) for path in list(made) if path.startswith("tests/")})
    site = plugin(tmp_path / "site", made, "acme_rules")
    for name in ("acme_store", "acme_lines"):
        plugin(site, {}, name)
    write_tree(tmp_path / "store", {"thing/config.json": "{}"})
    packs = [f"--modelcheck-conformance={name}" for name in ("acme_rules", "acme_store", "acme_lines")]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *packs, "--modelcheck-target=acme://thing", "tests"]
    env = clean_environment(**plugin_path(site), ACME_STORE=str(tmp_path / "store"))
    done = subprocess.run(command, cwd=tests, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.splitlines()[-1].split(" passed")[0]) >= 30, done.stdout


def test_the_commands_of_the_page_are_commands() -> None:
    words = {
        line.split()[1]
        for language, code in BLOCKS
        if language == "bash"
        for line in code.splitlines()
        if line.startswith("modelcheck ")
    }
    assert words
    assert words <= set(cli.list_commands(click.Context(cli)))
