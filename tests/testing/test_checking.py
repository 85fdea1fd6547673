"""``check`` scans files in memory exactly as ``modelcheck scan`` scans a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from modelcheck.config import Settings
from modelcheck.testing.checking import run

from conftest import Command, write_tree

CONFIG = json.dumps({"model_type": "llama", "architectures": ["LlamaForCausalLM"]})
CARD = "---\nlicense: mit\n---\n# X\n\n```bash\nvllm serve acme/x-base --tool-call-parser hermes\n```\n"
SERVE = "vllm serve ./weights/x-base --tool-call-parser hermes\n"
TREES = {
    "a checkpoint whose card shows how to run it": {"config.json": CONFIG, "README.md": CARD},
    "the README of a repository that is not a checkpoint": {"README.md": CARD.partition("---\n# X")[2]},
    "a checkpoint and a deployment of it": {"config.json": CONFIG, "run.sh": SERVE.replace("./weights/x-base", "acme/x-base")},
    "a deployment of a folder beside it": {"run.sh": SERVE, "weights/x-base/config.json": CONFIG},
    "a deployment of a folder that is missing": {"run.sh": SERVE},
}


@pytest.mark.parametrize("name", TREES)
def test_it_finds_what_a_scan_finds(name: str, modelcheck: Command, tmp_path: Path) -> None:
    files = TREES[name]
    write_tree(tmp_path / "model", files)
    done = modelcheck("scan", ".", "--offline", "--format", "json", cwd=tmp_path / "model").json
    report = run(files, Settings(offline=True), "model")
    assert [(one["model"], one["verdict"]) for one in done["uses"]] == [
        (one.use.model, one.verdict and one.verdict.label) for one in report.uses
    ]
    assert sorted((one["rule"], one["message"]) for one in done["findings"]) == sorted(
        (one.rule, one.finding.message) for one in report.findings
    )
    assert done["files"]["read"] == report.files_read
