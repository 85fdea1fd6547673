"""``config.json``."""

from __future__ import annotations

import pytest
from modelcheck.engine.store import Missing
from modelcheck.facts.model_config import ModelConfig

from facts.support import broken, known, store


class TestModelConfig:
    def test_it_reads_ids_as_numbers_or_lists(self) -> None:
        config = known(
            ModelConfig, {"config.json": '{"model_type": "x", "eos_token_id": [1, 2], "bos_token_id": 0, "vocab_size": 9}'}
        )
        assert (config.model_type, config.vocab_size) == ("x", 9)
        assert config.token_ids == {"eos_token_id": (1, 2), "bos_token_id": (0,)}

    def test_the_text_part_of_a_multimodal_config_counts(self) -> None:
        config = known(ModelConfig, {"config.json": '{"text_config": {\n"vocab_size": 9, "eos_token_id": 3}}'})
        assert (config.vocab_size, config.token_ids) == (9, {"eos_token_id": (3,)})
        assert config.at("vocab_size").line == 2

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ('{"model_type": 3}', "config.json:1:16: has a number under 'model_type' where a string is expected"),
            ('{"vocab_size": "many"}', "has a string under 'vocab_size'"),
            ('{"vocab_size": true}', "has true or false under 'vocab_size'"),
            ('{"architectures": "LlamaForCausalLM"}', "where a list of class names is expected"),
            ('{"eos_token_id": {}}', "has an object under 'eos_token_id'"),
            ('["list"]', "holds a list where an object is expected"),
        ],
    )
    def test_a_wrong_type_is_broken_at_its_place(self, text: str, says: str) -> None:
        assert says in broken(ModelConfig, {"config.json": text})

    def test_no_file_is_absent(self) -> None:
        assert store({}).look_up(ModelConfig) == Missing("no config.json")
