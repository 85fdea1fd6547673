"""References that one file sets and another uses, through the command on folders on disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from modelcheck.cli import cli

from conftest import write_tree

COMPOSE = "services:\n  llm:\n    image: vllm/vllm-openai\n    command: --model ${MODEL} --enable-auto-tool-choice\n"


def scan(folder: Path, *options: str) -> tuple[int, dict[str, Any]]:
    done = CliRunner().invoke(cli, ["scan", str(folder), "--offline", "--format", "json", *options])
    return done.exit_code, json.loads(done.stdout)


def test_a_finding_stands_where_the_model_is_set_and_names_the_file_that_uses_it(tmp_path: Path) -> None:
    write_tree(tmp_path, {"compose.yaml": COMPOSE, ".env": "# ours\nMODEL=acme/Thing-7B-Base\n"})
    code, report = scan(tmp_path)
    (found,) = report["findings"]
    assert (code, found["rule"], Path(found["at"]["path"]).name, found["at"]["line"]) == (
        1,
        "deploy/base-weights-behind-chat",
        ".env",
        2,
    )
    (used,) = found["related"]
    assert (Path(used["at"]["path"]).name, used["at"]["line"], used["says"]) == ("compose.yaml", 4, "used here")
    text = CliRunner().invoke(cli, ["scan", str(tmp_path), "--offline", "--format", "text"]).stdout
    assert "used here: " in text and "compose.yaml:4" in text


@pytest.mark.parametrize("path", ["compose.yaml", ".env"])
def test_a_comment_in_either_file_suppresses_it(path: str, tmp_path: Path) -> None:
    ignore = "# modelcheck: ignore[deploy] a test\n"
    env, compose = "MODEL=acme/Thing-7B-Base\n", COMPOSE
    if path == ".env":
        env = ignore + env
    else:
        compose = compose.replace("    command", f"    {ignore}    command")
    write_tree(tmp_path, {"compose.yaml": compose, ".env": env})
    assert scan(tmp_path)[0] == 0


def test_what_no_file_sets_is_told_and_is_an_error_on_request(tmp_path: Path) -> None:
    write_tree(tmp_path, {"compose.yaml": COMPOSE})
    code, report = scan(tmp_path)
    (use,) = report["uses"]
    assert (code, use["resolved"], use["unresolved"]) == (0, False, "no file that was read sets MODEL")
    code, report = scan(tmp_path, "--require-resolved")
    (error,) = report["errors"]
    assert (code, error["kind"]) == (4, "unresolved")
    assert error["message"].endswith("compose.yaml:4:22: ${MODEL} is unresolved: no file that was read sets MODEL")
    text = CliRunner().invoke(cli, ["scan", str(tmp_path), "--offline", "--format", "text"]).stdout
    assert "is unresolved (no file that was read sets MODEL)" in " ".join(text.split()) and "1 unresolved" in text
