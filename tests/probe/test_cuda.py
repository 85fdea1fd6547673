"""The probe on a GPU: the same answers as on the processor, also where the GPU is nearly full. Skipped where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import mean
from typing import Any

import pytest

from conftest import ROOT, Command

pytestmark = pytest.mark.slow
FIXTURES = ROOT / "fixtures"
MIB = 2**20
MODELS = ("tiny-instruct", "tiny-base", "base-of-mixed-text")
Probed = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def _gpu() -> None:
    import torch

    if not torch.cuda.is_available():
        pytest.skip("there is no GPU here")


@pytest.fixture
def probed(modelcheck: Command) -> Probed:
    def run(model: str, *words: str, code: int = 0) -> dict[str, Any]:
        done = modelcheck("scan", FIXTURES / model, "--probe", "--fail-on", "never", "--format", "json", *words, timeout=180)
        assert done.code == code, done.err
        (checkpoint,) = done.json["checkpoints"]
        answer: dict[str, Any] = checkpoint["probe"]
        return answer

    return run


@contextmanager
def held(leave: int) -> Iterator[None]:
    """Holds the GPU's memory but for ``leave`` bytes."""
    import torch

    torch.zeros(1, device="cuda")
    free = torch.cuda.mem_get_info()[0]
    block = torch.empty(max(free - leave, 1), dtype=torch.uint8, device="cuda")
    try:
        yield
    finally:
        del block
        torch.cuda.empty_cache()


@pytest.mark.parametrize("model", MODELS)
def test_the_answers_are_those_of_the_processor(model: str, probed: Probed) -> None:
    gpu, processor = probed(model, "--device", "cuda"), probed(model, "--device", "cpu")
    assert (gpu["device"], processor["device"]) == ("cuda:0", "cpu")
    assert processor["dtype"] in (gpu["dtype"], "float32")
    assert gpu["outcome"] == processor["outcome"]
    assert gpu["margin"] == pytest.approx(processor["margin"], abs=0.5)
    for name, scores in processor["scores"].items():
        # bfloat16 keeps eight bits: what is summed in another order differs by hundredths of a nat.
        assert mean(gpu["scores"][name]) == pytest.approx(mean(scores), abs=0.35), name


def test_the_gpu_is_taken_where_no_device_is_named(probed: Probed) -> None:
    assert probed("tiny-instruct")["device"].startswith("cuda")


def test_a_run_is_the_same_again(probed: Probed) -> None:
    first, second = probed("tiny-instruct", "--device", "cuda"), probed("tiny-instruct", "--device", "cuda")
    assert first["scores"] == second["scores"]
    assert first["written"] == second["written"]


@pytest.mark.parametrize("device", ["cuda", "auto"])
@pytest.mark.parametrize("leave", [2048, 640, 64, 4])
def test_a_gpu_that_others_have_filled(leave: int, device: str, modelcheck: Command) -> None:
    """Whoever names the GPU is told that it is full; whoever names none gets the processor."""
    with held(leave * MIB):
        done = modelcheck(
            "scan", FIXTURES / "tiny-instruct", "--probe", "--device", device, "--fail-on", "never", "--format", "json",
            timeout=180,
        )  # fmt: skip
    assert "Traceback" not in done.err
    probe = done.json["checkpoints"][0]["probe"]
    if device == "cuda" and leave < 1000:
        assert (done.code, probe["outcome"]) == (4, None)
        assert "the GPU has 0.0 GB free" in probe["why"]
        assert "--device cpu" in probe["why"]
    else:
        assert (done.code, probe["outcome"]) == (0, "instruct"), probe
        assert probe["device"] == ("cpu" if leave < 1000 else "cuda:0")
