"""The probe through the command: what cannot be run says why, and the verdict from the other evidence stands."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
from modelcheck.plugins import Plugins

from conftest import ROOT, Command
from probe.adapters import make_adapter

pytestmark = pytest.mark.slow
FIXTURES = ROOT / "fixtures"
Change = Callable[[Path], None]


@pytest.fixture
def copied(tmp_path: Path) -> Callable[..., Path]:
    def copy(name: str = "tiny-instruct", called: str = "thing") -> Path:
        return Path(shutil.copytree(FIXTURES / name, tmp_path / called, ignore=shutil.ignore_patterns("expect.toml")))

    return copy


def probed(modelcheck: Command, folder: Path, *words: str) -> dict[str, Any]:
    done = modelcheck("scan", folder, "--probe", "--offline", "--fail-on", "never", "--format", "json", *words)
    (checkpoint,) = done.json["checkpoints"]
    ran = checkpoint["probe"]["outcome"] is not None
    assert done.code == (0 if ran else 4), done.err
    assert ran != any(error["kind"] == "not-run" for error in done.json["errors"])
    return checkpoint


def edit(path: Path, **values: Any) -> None:
    data = json.loads(path.read_text())
    path.write_text(json.dumps({key: value for key, value in {**data, **values}.items() if value is not None}))


def tensors(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    from safetensors.torch import load_file, save_file

    loaded = load_file(folder / "model.safetensors")
    change(loaded)
    save_file(loaded, folder / "model.safetensors", {"format": "pt"})


def nan(folder: Path) -> None:
    tensors(folder, lambda loaded: loaded["model.norm.weight"].fill_(float("nan")))


def lacking(folder: Path) -> None:
    tensors(folder, lambda loaded: loaded.pop("model.layers.1.mlp.up_proj.weight"))


def misshapen(folder: Path) -> None:
    edit(folder / "config.json", intermediate_size=96)


def truncated(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-1000])


def nothing(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def unknown(folder: Path) -> None:
    edit(folder / "config.json", model_type="brand_new", architectures=["BrandNewForCausalLM"])


def own_code(folder: Path) -> None:
    edit(folder / "config.json", model_type="brand_new", auto_map={"AutoConfig": "own.Config", "AutoModelForCausalLM": "own.Model"})
    (folder / "own.py").write_text(
        f"from pathlib import Path\nPath({str(folder / 'ran')!r}).touch()\nclass Config: pass\nclass Model: pass\n"
    )


def encoder_decoder(folder: Path) -> None:
    edit(folder / "config.json", model_type="t5", architectures=["T5ForConditionalGeneration"])


def leading_out(folder: Path) -> None:
    outside = folder.parent / "outside.safetensors"
    (folder / "model.safetensors").rename(outside)
    (folder / "model.safetensors").symlink_to(outside)


def adapter_without_weights(folder: Path) -> None:
    (folder / "adapter_config.json").write_text(json.dumps({"base_model_name_or_path": "/etc", "peft_type": "LORA"}))


def vast(folder: Path) -> None:
    edit(folder / "config.json", vocab_size=10**9, hidden_size=4096)


def endless(folder: Path) -> None:
    edit(folder / "config.json", num_hidden_layers=10**7)


BAD: dict[str, tuple[Change, str]] = {
    "nan": (nan, "its outputs are not numbers (NaN)"),
    "lacking": (lacking, "its weights do not contain model.layers.1.mlp.up_proj.weight"),
    "misshapen": (misshapen, "does not match its config"),
    "truncated": (truncated, "transformers could not run it"),
    "nothing": (nothing, "it has no weights that transformers can load"),
    "vast": (vast, "does not fit"),
    "endless": (endless, "it took longer than 3 seconds (--probe-timeout)"),
    "unknown": (unknown, "brand_new"),
    "own code": (own_code, "--trust-remote-code runs it"),
    "encoder-decoder": (encoder_decoder, "it is an encoder-decoder"),
    "leading out": (leading_out, "model.safetensors cannot be read"),
    "adapter without weights": (adapter_without_weights, "it has an adapter's config but not its weights"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_run_says_why(case: str, modelcheck: Command, copied: Callable[..., Path]) -> None:
    folder = copied()
    change, says = BAD[case]
    change(folder)
    checkpoint = probed(modelcheck, folder, *(("--probe-timeout", "3") if case == "endless" else ()))
    assert says in checkpoint["probe"]["why"], checkpoint["probe"]["why"]
    assert checkpoint["probe"]["outcome"] is None
    assert checkpoint["verdict"]["evidence"], "the other evidence stands"
    assert not any(one["group"] == "behaviour" for one in checkpoint["verdict"]["evidence"])
    assert not (folder / "ran").exists(), "a stranger's code was run"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--device", "mps"), "no mps device is available (--device)"),
        (("--max-probe-gb", "0.1"), "it needs about 0.3 GB, more than --max-probe-gb 0.1 allows"),
    ],
)
def test_what_may_not_be_run_says_why(words: tuple[str, ...], says: str, modelcheck: Command) -> None:
    assert says in probed(modelcheck, FIXTURES / "tiny-base", *words)["probe"]["why"]


def test_a_template_that_raises_leaves_the_formats_of_families(modelcheck: Command, copied: Callable[..., Path]) -> None:
    folder = copied()
    (folder / "chat_template.jinja").write_text("{{ raise_exception('no') }}")
    probe = probed(modelcheck, folder)["probe"]
    assert (probe["outcome"], probe["format"], probe["own_template"]) == ("instruct", "ChatML", False)
    assert probe["passed_over"] == "it raised: no"


def test_a_turn_end_that_is_no_token_of_the_vocabulary_decides_nothing(modelcheck: Command, copied: Callable[..., Path]) -> None:
    folder = copied()
    template = folder / "chat_template.jinja"
    template.write_text(template.read_text().replace("im_start", "turn").replace("im_end", "over"))
    for name in ("tokenizer.json", "tokenizer_config.json"):
        path = folder / name
        path.write_text(path.read_text().replace("<|im_end|>", "<|odd|>").replace("<|im_start|>", "<|strange|>"))
    checkpoint = probed(modelcheck, folder)
    assert checkpoint["probe"]["outcome"] == "inconclusive", checkpoint["probe"]
    assert "<|over|> is not a token of its vocabulary" in checkpoint["probe"]["why"]


def test_the_other_targets_go_on(modelcheck: Command, copied: Callable[..., Path]) -> None:
    broken = copied()
    truncated(broken)
    done = modelcheck("scan", broken, FIXTURES / "tiny-base", "--probe", "--offline", "--format", "json", "--fail-on", "never")
    assert [checkpoint["probe"]["outcome"] for checkpoint in done.json["checkpoints"]] == [None, "base"]


def test_the_worker_s_traceback_shows_with_vv_only(modelcheck: Command, copied: Callable[..., Path]) -> None:
    folder = copied()
    truncated(folder)
    words = ("scan", folder, "--probe", "--offline", "--fail-on", "never")
    assert "Traceback" not in modelcheck(*words).err
    assert "Traceback" in modelcheck(*words, "-vv").err


def test_an_adapter_is_run_on_the_base_that_a_person_names(modelcheck: Command, tmp_path: Path) -> None:
    """The whole difference of the tiny pair as a low-rank adapter: its base model does not end turns, and with it, it does."""
    adapter = tmp_path / "adapter"
    make_adapter(adapter, "../base")
    refused = probed(modelcheck, adapter)
    assert "is a local path, ../base, which is not opened: use --base" in refused["probe"]["why"]
    assert refused["verdict"]["label"] == "not-applicable"
    checkpoint = probed(modelcheck, adapter, "--base", str(FIXTURES / "tiny-base"))
    assert checkpoint["probe"]["outcome"] == "instruct", checkpoint["probe"]
    assert checkpoint["probe"]["margin"] > 5
    assert checkpoint["verdict"]["label"] != "not-applicable"


def test_a_base_model_with_conversations_in_its_pretraining_is_never_called_instruct(modelcheck: Command) -> None:
    """It ends turns as an instruct model does; its metadata is left aside, so that only its behaviour counts."""
    others = [
        word
        for name, signal in Plugins().registry.signals.items()
        if signal.group != "behaviour" and name != "identity/not-text-generation"
        for word in ("--ignore", name)
    ]
    checkpoint = probed(modelcheck, FIXTURES / "base-of-mixed-text", *others)
    scores = checkpoint["probe"]["scores"]
    assert checkpoint["probe"]["outcome"] == "instruct", "the margin cannot tell"
    assert mean(scores["first"]) - mean(scores["plain_first"]) > 0.5, "measured: +0.7; the tiny instruct model: +0.3"
    assert checkpoint["verdict"]["label"] == "unknown"
    assert checkpoint["verdict"]["p_instruct"] < 0.9
