from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Command, write_tree

BASE = "vllm serve acme/x-base --tool-call-parser y\n"


def test_known_findings_are_passed_over_and_new_ones_told(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"run.sh": BASE})
    words = ("scan", ".", "--offline", "--baseline", "known.json")
    assert modelcheck("scan", ".", "--offline", cwd=tmp_path).code == 1
    first = modelcheck(*words, cwd=tmp_path)
    assert (first.code, "created with 1 finding to ignore" in first.err) == (0, True)
    (tmp_path / "run.sh").write_text("echo moved\n" + BASE)
    assert modelcheck(*words, cwd=tmp_path).code == 0
    (tmp_path / "new.sh").write_text(BASE)
    again = modelcheck(*words, "--format", "json", cwd=tmp_path)
    assert [one["at"]["path"] for one in again.json["findings"]] == ["new.sh"]
    (tmp_path / "run.sh").unlink()
    assert "1 stale entry no longer found; remove with --baseline-prune" in modelcheck(*words, cwd=tmp_path).err


def test_it_counts(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"run.sh": BASE})
    modelcheck("scan", ".", "--offline", "--baseline", "known.json", cwd=tmp_path)
    assert len(json.loads((tmp_path / "known.json").read_text())["findings"]) == 1
    (tmp_path / "run.sh").write_text(BASE + "sleep 1\n" + BASE)
    done = modelcheck("scan", ".", "--offline", "--baseline", "known.json", "--format", "json", cwd=tmp_path)
    assert len(done.json["findings"]) == 1


@pytest.mark.parametrize("text", ["", "[]", '{"findings": [{}]}', '{"findings": 3}'])
def test_a_file_that_is_none_is_an_error(text: str, modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"known.json": text, "run.sh": BASE})
    done = modelcheck("scan", "run.sh", "--offline", "--baseline", "known.json", cwd=tmp_path)
    assert (done.code, "known.json is not a valid baseline" in done.err) == (2, True)
