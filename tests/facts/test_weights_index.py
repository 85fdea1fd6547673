"""The index of a sharded checkpoint."""

from __future__ import annotations

from modelcheck.facts.weights_index import WeightsIndex

from facts.support import broken


class TestWeightsIndex:
    def test_a_map_of_something_else_is_broken(self) -> None:
        assert "weight_map" in broken(WeightsIndex, {"model.safetensors.index.json": '{"weight_map": {"a": 1}}'})
        assert "weight_map" in broken(WeightsIndex, {"model.safetensors.index.json": "{}"})
