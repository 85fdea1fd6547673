"""A likely reference is reported as such, and never as an error."""

from __future__ import annotations

from pathlib import Path

from conftest import Command, write_tree

EXPLICIT = "from vllm import LLM\nLLM(model='acme/Thing-7B-Base').chat([])\n"
LIKELY = "import house\nhouse.start(model='acme/Thing-7B-Base').chat([])\n"


def test_a_finding_about_a_likely_reference_is_a_warning(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"x/a.py": EXPLICIT, "y/a.py": LIKELY, "z/a.toml": "[model]\nname = 'acme/Thing-7B-Base'\n"})
    done = modelcheck("scan", "x", "--offline", "--format", "json")
    assert [(one["severity"], one["rule"]) for one in done.json["findings"] if one["severity"] != "note"] == [
        ("error", "deploy/base-weights-behind-chat")
    ]
    assert (done.code, [use["likely"] for use in done.json["uses"]]) == (1, [False])
    done = modelcheck("scan", "y", "--offline", "--format", "json")
    assert [(one["severity"], one["rule"]) for one in done.json["findings"] if one["severity"] != "note"] == [
        ("warning", "deploy/base-weights-behind-chat")
    ]
    assert (done.code, [use["likely"] for use in done.json["uses"]]) == (0, [True])
    done = modelcheck("scan", "z", "--offline", "--format", "json")
    assert (done.code, [(use["model"], use["purpose"], use["likely"]) for use in done.json["uses"]]) == (
        0,
        [("acme/Thing-7B-Base", "unknown", True)],
    )
