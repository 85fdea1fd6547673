"""A likely reference is reported as such, and a finding about one is never an error, whatever the settings say."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import Command, write_tree

TRAINS = "from trl import DPOTrainer\nDPOTrainer(x)\n"
SETTINGS = '[rules."finetune/preference-from-base"]\nseverity = "error"\n'


def test_a_finding_about_a_likely_reference_is_a_warning(modelcheck: Command, tmp_path: Path) -> None:
    explicit = TRAINS + "AutoModel.from_pretrained('acme/Thing-7B-Base')\n"
    likely = TRAINS + "HouseTrainer(model='acme/Thing-7B-Base')\n"
    write_tree(tmp_path, {"x/a.py": explicit, "y/a.py": likely, "modelcheck.toml": SETTINGS})
    for folder, severity, code, is_likely in (("x", "error", 1, False), ("y", "warning", 0, True)):
        done = modelcheck("scan", folder, "--offline", "--format", "json")
        found = [(one["severity"], one["rule"]) for one in done.json["findings"] if one["severity"] != "note"]
        assert found == [(severity, "finetune/preference-from-base")]
        assert (done.code, [use["likely"] for use in done.json["uses"]]) == (code, [is_likely])


def test_a_setting_is_likely_and_its_purpose_is_unknown(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"z/a.toml": "[model]\nname = 'acme/Thing-7B-Base'\n"})
    done = modelcheck("scan", "z", "--offline", "--format", "json")
    found = [(use["model"], use["purpose"], use["likely"]) for use in done.json["uses"]]
    assert (done.code, found) == (0, [("acme/Thing-7B-Base", "unknown", True)])


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        ("app/serve.py", "error"),
        ("tests/e2e/helpers.py", "note"),
        ("app/test_serve.py", "note"),
        ("app/serve_test.py", "note"),
        ("conftest.py", "note"),
        ("latest/serve.py", "error"),
        ("app/contest.py", "error"),
    ],
)
def test_a_finding_in_a_test_is_a_note(path: str, severity: str, modelcheck: Command, tmp_path: Path) -> None:
    """Tests run small models on purpose."""
    chats = "from vllm import LLM\nllm = LLM('acme/Thing-7B-Base')\nllm.chat([])\n"
    write_tree(tmp_path, {f"repo/{path}": chats})
    done = modelcheck("scan", "repo", "--offline", "--format", "json", "--select", "deploy/base-weights-behind-chat")
    assert [one["severity"] for one in done.json["findings"]] == [severity]
    assert done.code == (severity == "error")
