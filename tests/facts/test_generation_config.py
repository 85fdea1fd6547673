"""The tokens that generation stops on, and the edit that adds one."""

from __future__ import annotations

from modelcheck.facts.generation_config import GenerationConfig

from facts.support import known


class TestGenerationConfig:
    TOKENIZER = '{"added_tokens_decoder": {"2": {"content": "<|im_end|>"}}}'

    def test_stops_have_their_texts(self) -> None:
        files = {"generation_config.json": '{"eos_token_id": [2, 5]}', "tokenizer_config.json": self.TOKENIZER}
        generation = known(GenerationConfig, files)
        assert (generation.stop_ids, generation.stops) == ((2, 5), frozenset({"<|im_end|>"}))

    def test_without_one_the_config_counts(self) -> None:
        generation = known(GenerationConfig, {"generation_config.json": "{}", "config.json": '{"eos_token_id": 1}'})
        assert (generation.path, generation.stop_ids) == ("config.json", (1,))

    def test_the_mend_replaces_the_value_in_place(self) -> None:
        generation = known(GenerationConfig, {"generation_config.json": '{\n  "eos_token_id": 0\n}'})
        (edit,) = generation.adding_stop("<|im_end|>", 2).edits
        assert edit.replacement == "[0, 2]"
        assert (edit.at.line, edit.at.column, edit.at.end_line, edit.at.end_column) == (2, 19, 2, 20)
