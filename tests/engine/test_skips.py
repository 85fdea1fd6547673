"""A rule about a use that cannot run is reported with the reason, as one about a checkpoint is."""

from __future__ import annotations

from pathlib import Path

from conftest import Command, write_tree


def test_the_reason_is_in_the_json_and_with_v_in_the_text(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"x/a.sh": "vllm serve acme/Thing-7B-Base --tool-call-parser x\n"})
    (use,) = modelcheck("scan", "x", "--offline", "-v", "--format", "json").json["uses"]
    reasons = {skip["rule"]: skip["reason"] for skip in use["skipped"]}
    assert reasons["deploy/chat-without-template"] == "only the name is known: offline, and not in the Hub's cache"
    assert "deploy/base-weights-behind-chat" not in reasons
    text = modelcheck("scan", "x", "--offline", "-v").out
    assert any("skipped, only the name is known" in line and "deploy/chat-without-template" in line for line in text.splitlines())
    assert "skipped" not in modelcheck("scan", "x", "--offline", "--format", "text").out
