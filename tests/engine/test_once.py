"""Many targets in one run: each checkpoint has one report, whatever names it first."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from conftest import Command, write_tree

TARGETS = ("run.sh", "acme/Thing-7B-Base", "more.sh")


@pytest.mark.parametrize("order", list(permutations(TARGETS)), ids=" ".join)
@pytest.mark.parametrize("jobs", ["1", "4"])
def test_a_target_that_files_use_too_is_in_the_report_once(
    order: tuple[str, ...], jobs: str, modelcheck: Command, tmp_path: Path
) -> None:
    command = "vllm serve acme/Thing-7B-Base --tool-call-parser hermes\n"
    write_tree(tmp_path, {"run.sh": command, "more.sh": command})
    done = modelcheck("scan", *order, "--offline", "--jobs", jobs, "--format", "json", cwd=tmp_path)
    assert [(one["target"], one["asked"]) for one in done.json["checkpoints"]] == [("acme/Thing-7B-Base", True)]
    assert len(done.json["uses"]) == 2
