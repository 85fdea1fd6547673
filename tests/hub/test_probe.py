"""The probe of a checkpoint on the Hub: its files are fetched by huggingface_hub into the Hub's cache, and those only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT, Command
from hub.server import Fault, Hub
from probe.adapters import make_adapter

pytestmark = pytest.mark.slow
FILES = {
    path.name: path.read_bytes()
    for path in (ROOT / "fixtures/tiny-instruct").iterdir()
    if path.name not in ("expect.toml", "README.md")
}


def probe(modelcheck: Command, hub: Hub, *words: str, env: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    done = modelcheck("scan", "acme/thing", "--probe", "--format", "json", *words, env={"HF_ENDPOINT": hub.address, **(env or {})})
    (checkpoint,) = done.json["checkpoints"]
    return done.code, checkpoint


def test_what_is_needed_is_fetched_once(hub: Hub, modelcheck: Command) -> None:
    extra = {"original/consolidated.00.pth": b"x" * 1000, "pytorch_model.bin": b"x" * 1000, "onnx/model.onnx": b"x"}
    hub.add("acme/thing", FILES | extra)
    code, checkpoint = probe(modelcheck, hub)
    assert (code, checkpoint["probe"]["outcome"], checkpoint["verdict"]["label"]) == (0, "instruct", "instruct")
    asked = "\n".join(hub.asked())
    assert "model.safetensors" in asked
    assert not any(path in asked for path in extra)
    assert probe(modelcheck, hub, "--offline")[1]["probe"]["outcome"] == "instruct", "from the cache"


def test_without_the_probe_no_weights_are_fetched(hub: Hub, modelcheck: Command) -> None:
    hub.add("acme/thing", FILES)
    done = modelcheck("scan", "acme/thing", "--format", "json", env={"HF_ENDPOINT": hub.address})
    assert done.json["checkpoints"][0]["probe"] is None
    assert not any("model.safetensors" in asked for asked in hub.asked())


def test_weights_that_are_withheld(hub: Hub, modelcheck: Command) -> None:
    hub.add("acme/thing", FILES, gated="manual")
    _, checkpoint = probe(modelcheck, hub)
    assert checkpoint["probe"]["outcome"] is None
    assert "gated" in checkpoint["probe"]["why"]


def test_too_large_a_model_is_not_even_fetched(hub: Hub, modelcheck: Command) -> None:
    hub.add("acme/thing", FILES)
    _, checkpoint = probe(modelcheck, hub, "--max-probe-gb", "0.1")
    assert "more than --max-probe-gb 0.1 allows" in checkpoint["probe"]["why"]
    asked = [headers for method, path, headers in hub.requests if method == "GET" and "model.safetensors" in path]
    assert all("Range" in headers for headers in asked), "single rows were read, nothing was fetched"


def test_weights_that_do_not_come(hub: Hub, modelcheck: Command) -> None:
    hub.add("acme/thing", FILES)
    hub.faults.append(Fault(r"model\.safetensors", 404))
    _, checkpoint = probe(modelcheck, hub)
    assert "its weights cannot be fetched" in checkpoint["probe"]["why"]


def test_an_adapter_is_run_on_the_base_that_it_names(hub: Hub, modelcheck: Command, tmp_path: Path) -> None:
    make_adapter(tmp_path / "adapter", "acme/base")
    base = {name: (ROOT / "fixtures/tiny-base" / name).read_bytes() for name in FILES if name != "chat_template.jinja"}
    hub.add("acme/base", base)
    hub.add("acme/thing", {path.name: path.read_bytes() for path in (tmp_path / "adapter").iterdir()})
    _, checkpoint = probe(modelcheck, hub)
    assert checkpoint["probe"]["outcome"] == "instruct", checkpoint["probe"]
    assert probe(modelcheck, hub, "--ignore", "identity/free-run")[1]["verdict"]["label"] != "not-applicable"
    asked = "\n".join(hub.asked())
    assert "acme/base/resolve" in asked
    assert "adapter_model.safetensors" in asked
