"""What authors of plug-ins get wrong and only a scan shows: told once, with file and line, and the rest stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from author_mistakes import GOOD, PACK
from author_running import HEAD, RUNNING
from conftest import Command, plugin, plugin_path, write_tree

TREE = {
    "model/config.json": '{"model_type": "llama"}',
    "model/README.md": "---\nlicense: mit\n---\n# x\n",
    "compose.yaml": "services:\n  a:\n    image: vllm/vllm-openai\n    command: --model acme/x-base --tool-call-parser y\n",
}


def pack(site: Path, code: str) -> Path:
    return plugin(site, {"acme/__init__.py": PACK, "acme/house/fine.py": GOOD, "acme/house/bad.py": HEAD + code})


def place(finding: dict[str, Any]) -> str | None:
    at = finding["at"]
    return at and ":".join(str(one) for one in (at["path"], at.get("line")) if one is not None)


@pytest.mark.parametrize("case", RUNNING)
def test_a_mistake_is_told_once_and_what_is_found_stays(case: str, modelcheck: Command, tmp_path: Path) -> None:
    code, line, says, at = RUNNING[case]
    site = pack(tmp_path / "site", code)
    write_tree(tmp_path, TREE | {"again/config.json": TREE["model/config.json"], "again/README.md": TREE["model/README.md"]})
    targets = ("model", "again", "compose.yaml")
    done = modelcheck("scan", *targets, "--offline", "--format", "json", cwd=tmp_path, env=plugin_path(site))
    (mistake,) = [one["message"] for one in done.json["errors"]]
    assert done.code == 3, done.err
    assert mistake.startswith(f"the plug-in acme: site/acme/house/bad.py:{line}: "), mistake
    assert says in mistake
    found = [place(one) for one in done.json["findings"] if one["rule"] == "house/bad"]
    assert found[0] == at if at is not False else not found, found
    assert {"house/fine", "deploy/base-weights-behind-chat"} <= {one["rule"] for one in done.json["findings"]}
    assert "Traceback" not in done.err
