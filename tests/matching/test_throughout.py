"""Models whose first layers are the same: whether they are the same all over."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.errors import Absent
from modelcheck.matching.deciding import Kinship
from modelcheck.matching.rows import Rows
from modelcheck.matching.sample import Sample
from modelcheck.matching.throughout import chosen, throughout

LAYER = {
    "self_attn.q_proj.weight": (64, 64), "self_attn.k_proj.weight": (32, 64), "self_attn.v_proj.weight": (32, 64),
    "self_attn.o_proj.weight": (64, 64), "mlp.gate_proj.weight": (160, 64), "mlp.up_proj.weight": (160, 64),
    "mlp.down_proj.weight": (64, 160), "input_layernorm.weight": (64,), "post_attention_layernorm.weight": (64,),
}  # fmt: skip
SAME = Kinship("derived", 1e-13, "identical", 0.0)


def shapes(layers: int, experts: int = 0) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {"embed_tokens.weight": (300, 64), "lm_head.weight": (300, 64), "norm.weight": (64,)}
    for layer in range(layers):
        found |= {f"layers.{layer}.{name}": shape for name, shape in LAYER.items()}
        found |= {f"layers.{layer}.mlp.experts.{one}.up_proj.weight": (64, 64) for one in range(experts)}
    return found


def kind(name: str) -> str:
    return re.sub(r"\d+", "#", name)


def layer(name: str) -> str:
    return ".".join(name.split(".")[:2]) if name.startswith("layers.") else ""


@given(st.integers(1, 24), st.sampled_from([0, 3, 8]))
def test_every_kind_and_every_layer_is_looked_into(layers: int, experts: int) -> None:
    names = shapes(layers, experts)
    found = chosen(names)
    assert {kind(name) for name in found} == {kind(name) for name in names}
    assert {layer(name) for name in found} >= {layer(name) for name in names if experts == 0}
    assert len(found) == len(set(found))


@given(st.integers(25, 200), st.sampled_from([0, 8]))
def test_of_many_layers_the_first_the_last_and_some_between(layers: int, experts: int) -> None:
    found = chosen(shapes(layers, experts))
    places = sorted({int(name.split(".")[1]) for name in found if name.startswith("layers.")})
    assert (places[0], places[-1]) == (0, layers - 1)
    assert max(after - before for before, after in pairwise(places)) <= layers / 24 * 2 + 1
    assert len(found) <= 40


def test_of_files_on_this_machine_every_tensor() -> None:
    names = shapes(12, 8) | {"empty": (0, 64), "scalar": ()}
    assert set(chosen(names, all_over=True)) == names.keys() - {"empty"}
    many = shapes(60, 128)
    found = chosen(many, all_over=True)
    assert found[: len(chosen(many))] == chosen(many)
    assert len(found) == len(set(found)) <= 1100


@pytest.mark.parametrize("names", [{}, {"": (3, 3)}, {"1": (2,)}, {"a." * 9999: (1, 1)}, {"x.99999999999999999999": (1, 1)}])
def test_any_names(names: Mapping[str, tuple[int, ...]]) -> None:
    assert chosen(names) == list(names)


def sample(
    changed: Mapping[str, float] | None = None, digests: frozenset[str] | None = None, kinds: str = "F32", *, nearby: bool = True
) -> Sample:
    names = shapes(12)

    def read(name: str) -> Rows:
        numbers = np.random.default_rng(sum(map(ord, name)))
        values = numbers.normal(size=(1, 64)).astype(np.float32)
        if kinds == "F16":
            values = values.astype(np.float16).astype(np.float32)
        values += next((size for part, size in (changed or {}).items() if part in name), 0.0)
        return Rows(name, name, names[name], kinds, "rows", 0.0, values)

    return Sample(names, read, digests, dict.fromkeys(names, ("model.safetensors", 0, 1)), nearby)


CHANGES = {
    "the last layer": ({"layers.11.": 0.1}, "close"),
    "one in the middle": ({"layers.5.": 0.1}, "close"),
    "one kind": ({"o_proj": 0.1}, "close"),
    "norms": ({"layernorm": 0.1}, "close"),
    "the head": ({"lm_head": 0.01}, "close"),
    "all of the last layers, trained anew": ({"layers.": 3.0}, "far"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_elsewhere_is_found(change: str) -> None:
    changed, degree = CHANGES[change]
    found = throughout(SAME, sample, lambda: sample(changed))
    assert (found.outcome, found.degree, found.whole) == ("derived", degree, False)
    assert found.change is not None
    assert found.change > 0
    assert next(iter(changed)) in found.elsewhere


@pytest.mark.parametrize(
    ("ours", "theirs", "degree", "whole"),
    [
        (sample(), sample(), "identical", True),
        (sample(), sample(kinds="F16"), "rounded", True),
        (sample(digests=frozenset("a")), sample({"q_proj": 1.0}, frozenset("a")), "identical", True),  # none is read
        (sample(digests=frozenset("a")), sample(digests=frozenset("b")), "identical", False),  # the same headers, other bytes
        (sample(digests=frozenset("a")), sample(), "identical", True),
    ],
)
def test_what_is_said_of_the_whole(ours: Sample, theirs: Sample, degree: str, whole: bool) -> None:
    for one, other in ((ours, theirs), (theirs, ours)):
        found = throughout(SAME, lambda one=one: one, lambda other=other: other)  # type: ignore[misc]
        assert (found.degree, found.whole) == (degree, whole)


def test_without_every_tensor_nothing_is_said_of_the_whole() -> None:
    found = throughout(SAME, lambda: sample(nearby=False), sample)
    assert (found.degree, found.whole, found.elsewhere) == ("identical", False, "")


def refused() -> Sample:
    raise Absent("too many files")


def other_tensors() -> Sample:
    made = sample()
    return Sample({**made.shapes, "more": (1, 1)}, made.read, None, made.places, made.nearby)


@pytest.mark.parametrize("theirs", [refused, other_tensors])
def test_without_the_same_tensors_nothing_more_is_said(theirs: Callable[[], Sample]) -> None:
    assert throughout(SAME, sample, theirs) == SAME
