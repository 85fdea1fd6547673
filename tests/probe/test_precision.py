"""A model runs in float32 on a processor that is slow at its own type, with the same results, and in its own type otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from modelcheck.probe import precision
from modelcheck.probe.loading import Loaded, load
from modelcheck.probe.messages import Place, Request, memory_for

from conftest import ROOT, needs

pytestmark = [needs("torch", "transformers", "accelerate"), pytest.mark.slow]


def request(**fields: Any) -> Request:
    return Request(Place(str(ROOT / "fixtures/tiny-instruct")), None, (), (), (), 10**6, 8, device="cpu", **fields)


@pytest.fixture
def loaded() -> Loaded:
    return load(request())


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "_is_slow", lambda _: True)


@pytest.mark.usefixtures("slow")
def test_nothing_but_the_rounding_of_what_is_computed_changes(loaded: Loaded) -> None:
    import torch

    ids = torch.tensor([loaded.tokenizer("The capital of France is")["input_ids"]])
    with torch.inference_mode():
        before = loaded.model(ids).logits.float()
    wide = precision.widened(loaded, request())
    assert (wide.dtype, wide.parameters) == (torch.float32, loaded.parameters)
    assert {one.dtype for one in wide.model.parameters()} == {torch.float32}
    with torch.inference_mode():
        after = wide.model(ids).logits
    assert after.dtype == torch.float32
    assert (after - before).abs().max() < 0.1 * before.std()


@pytest.mark.usefixtures("slow")
def test_not_without_the_memory_for_it(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    need = memory_for(4 * loaded.parameters)
    monkeypatch.setattr(precision, "host_memory", lambda: 2 * need - 1)
    assert precision.widened(loaded, request()) is loaded
    monkeypatch.setattr(precision, "host_memory", lambda: 2 * need)
    assert precision.widened(loaded, request(max_bytes=need - 1)) is loaded
    assert precision.widened(loaded, request(max_bytes=need)).dtype.itemsize == 4


def test_a_quick_type_stays(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "_is_slow", lambda _: False)
    assert precision.widened(loaded, request()) is loaded


def test_float32_is_quick_everywhere() -> None:
    import torch

    assert not precision._is_slow(torch.float32)
    assert not precision._is_slow(torch.int8)
