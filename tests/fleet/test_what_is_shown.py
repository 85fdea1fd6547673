"""Names and messages as they are shown: whole, in one line, and found by the paths that people type."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from conftest import write_tree
from fleet.conftest import CONFIG, Fleet
from terminals import written_to_terminal


def test_impact_takes_paths(fleet: Fleet, tmp_path: Path) -> None:
    write_tree(tmp_path / "repo/models/own", {"config.json": CONFIG})
    write_tree(tmp_path / "repo/deploy", {"run.sh": "vllm serve ../models/own\n", "top.sh": "vllm serve ./models/own\n"})
    assert fleet("scan", "repo", "--offline").code == 0
    for name in ("repo/models/own", "./repo/models/own/", str(tmp_path / "repo/models/own")):
        done = fleet("impact", name)
        places = [line.split(": ")[1] for line in done.out.splitlines()]
        assert places == ["deploy/run.sh:1", "deploy/top.sh:1"], done.err
    assert fleet("impact", "repo/models").code == 2


def test_names_of_any_kind_are_one_line(fleet: Fleet, tmp_path: Path) -> None:
    for number in range(2):
        write_tree(tmp_path / "models", {f"a\nb: gone (base){number}/config.json": CONFIG})
        fleet("scan", "models", "--offline")
    for words in (("diff",), ("list",), ("diff", "--format", "markdown")):
        assert len(fleet(*words).out.splitlines()) == (3 if words == ("list",) else 1)


def test_why_a_target_failed_is_read_to_its_end_on_a_terminal(fleet: Fleet, tmp_path: Path) -> None:
    fleet("scan", "http://127.0.0.1:9/a-repository-with-a-long-name-which-takes-half-a-line.git", "--offline")
    command = [sys.executable, "-P", "-m", "modelcheck", "fleet", "failures"]
    text = written_to_terminal(command, cwd=tmp_path, env=os.environ | {"COLUMNS": "60"})
    assert "is not asked for its commit with --offline" in " ".join(text.split())
    assert "…" not in text
