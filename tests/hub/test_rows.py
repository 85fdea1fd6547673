"""Rows of the weights, read over HTTP."""

from __future__ import annotations

import json
from pathlib import Path

from conftest import Command
from facts.test_control_rows import PAPERS, matrix, safetensors, zero
from hub.server import Hub


def test_of_the_hub_a_few_ranges_are_asked_for(hub: Hub, modelcheck: Command, tmp_path: Path) -> None:
    """Two shards of which one holds the embedding and one the head, as in an 8B model; most of the bytes are never sent."""
    filler = [[0.5] * 64] * 4_000
    shards = {
        "model-00001-of-00002.safetensors": safetensors({"model.embed_tokens.weight": matrix(zero, zero), "a": filler}),
        "model-00002-of-00002.safetensors": safetensors({"lm_head.weight": matrix(zero, zero), "b": filler}),
    }
    places = {"model.embed_tokens.weight": 0, "a": 0, "lm_head.weight": 1, "b": 1}
    index = {"weight_map": {name: list(shards)[place] for name, place in places.items()}}
    hub.add("acme/thing", PAPERS | shards | {"model.safetensors.index.json": json.dumps(index)})
    words = ("-v", "--budget", "weights", "--format", "json", "--ignore", "weights", "--ignore", "config")
    done = modelcheck("scan", "acme/thing", *words, cwd=tmp_path, env={"HF_ENDPOINT": hub.address})
    evidence = done.json["checkpoints"][0]["verdict"]["evidence"]
    assert any(one["signal"] == "identity/control-rows" and "never trained" in one["because"] for one in evidence)
    asked = [asked for asked in hub.asked() if ".safetensors" in asked and "index" not in asked]
    assert 0 < len(asked) <= 6
    assert not any("--budget weights" in one["reason"] for one in done.json["checkpoints"][0]["skipped"])
