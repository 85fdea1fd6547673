"""``check`` scans files in memory exactly as ``modelcheck scan`` scans a folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from modelcheck import testing
from modelcheck.config import Settings
from modelcheck.testing.checking import check, run

from conftest import Command, write_tree
from testing.pack import installed_pack

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


@pytest.fixture(scope="module")
def _pack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with installed_pack(tmp_path_factory.mktemp("site")):
        yield


SKIPPED = {
    "a fact is missing": (
        "kitpack/shouts",
        {"config.json": CONFIG},
        "did not run, so finding nothing proves .*: no README.md",
    ),
    "no checkpoint": ("kitpack/shouts", {"a.txt": "!"}, "the files are not those of a checkpoint"),
    "no file": ("kitpack/shouts", {}, "the files are not those of a checkpoint"),
    "no use": ("kitpack/whispers", {"run.sh": "ls\n"}, "no file names a model"),
    "a use that cannot be followed": ("kitpack/whispers", {"run.sh": "vllm serve $MODEL\n"}, "run.sh:1"),
    "a broken file": ("kitpack/shouts", {"config.json": CONFIG, "README.md": "---\na: [\n---\n!"}, "README.md cannot be read"),
}


@pytest.mark.usefixtures("_pack")
class TestSkipped:
    @pytest.mark.parametrize("case", SKIPPED)
    def test_a_rule_that_did_not_run_does_not_pass(self, case: str) -> None:
        rule, files, reason = SKIPPED[case]
        with pytest.raises(AssertionError, match=reason):
            check(rule, files)
        assert check(rule, files, may_skip=True) == []

    def test_one_that_ran_and_found_nothing_passes(self) -> None:
        assert check("kitpack/shouts", {"README.md": "---\nlicense: mit\n---\n# A\n"}) == []
        assert check("kitpack/whispers", {"run.sh": "vllm serve a/big\n"}) == []
        assert len(check("kitpack/whispers", {"run.sh": "vllm serve a/mini\nvllm serve $MODEL\n"})) == 1

    def test_every_helper_is_a_fixture(self, request: pytest.FixtureRequest) -> None:
        for name in testing.__all__:
            if name not in ("MemorySource", "check_source"):
                fixture = request.getfixturevalue(f"modelcheck_{name.replace('check_examples', 'examples')}")
                assert fixture is getattr(testing, name)
