"""The tokenizer's special tokens and the tokens added to its vocabulary."""

from __future__ import annotations

import json

import pytest
from modelcheck.engine.store import Missing
from modelcheck.facts.tokenizer_config import TokenizerConfig, special_tokens, token_text

from facts.support import broken, known, store

QWEN = {
    "added_tokens_decoder": {
        "151643": {"content": "<|endoftext|>", "special": True},
        "151644": {"content": "<|im_start|>", "special": True},
        "151645": {"content": "<|im_end|>", "special": True},
        "151657": {"content": "<tool_call>", "special": False},
    },
    "bos_token": None,
    "eos_token": "<|im_end|>",
    "pad_token": "<|endoftext|>",
    "unk_token": None,
}
LLAMA2 = {
    "bos_token": {"__type": "AddedToken", "content": "<s>", "lstrip": False, "normalized": False},
    "eos_token": {"__type": "AddedToken", "content": "</s>", "lstrip": False, "normalized": False},
    "unk_token": {"__type": "AddedToken", "content": "<unk>", "lstrip": False, "normalized": False},
    "pad_token": None,
}


class TestTokenizerConfig:
    def test_added_tokens_of_the_config_come_first(self) -> None:
        files = {
            "tokenizer_config.json": '{"eos_token": {"content": "</s>"}, "added_tokens_decoder": {"2": {"content": "</s>"}}}',
            "tokenizer.json": '{"added_tokens": [{"id": 7, "content": "<other>"}]}',
        }
        tokenizer = known(TokenizerConfig, files)
        assert (tokenizer.added_tokens, tokenizer.added_from) == ({2: "</s>"}, "tokenizer_config.json")
        assert tokenizer.special_tokens == {"eos_token": "</s>"}
        assert tokenizer.ids("</s>") == (2,)

    def test_tokenizer_json_fills_in_without_its_vocabulary_being_read(self) -> None:
        files = {
            "tokenizer_config.json": '{"eos_token": "<|end|>"}',
            "tokenizer.json": '{"version": "1.0", "added_tokens": [{"id": 7, "content": "<|end|>"}], "model": {"vocab": not read}}',
        }
        tokenizer = known(TokenizerConfig, files)
        assert (tokenizer.added_tokens, tokenizer.added_from) == ({7: "<|end|>"}, "tokenizer.json")

    def test_the_older_files_count_where_the_config_is_silent(self) -> None:
        files = {
            "tokenizer_config.json": '{"pad_token": "<pad>"}',
            "special_tokens_map.json": '{"eos_token": "</s>", "pad_token": "<other>"}',
            "added_tokens.json": '{"<pad>": 9}',
        }
        tokenizer = known(TokenizerConfig, files)
        assert tokenizer.special_tokens == {"eos_token": "</s>", "pad_token": "<pad>"}
        assert (tokenizer.added_tokens, tokenizer.added_from) == ({9: "<pad>"}, "added_tokens.json")

    def test_the_tokens_of_a_qwen_checkpoint(self) -> None:
        tokenizer = known(TokenizerConfig, {"tokenizer_config.json": json.dumps(QWEN, indent=2)})
        assert tokenizer.special_tokens == {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}
        assert tokenizer.added_tokens[151645] == "<|im_end|>"
        assert tokenizer.ids("<|im_end|>") == (151645,)
        assert (tokenizer.at("eos_token").line, tokenizer.at_added(151645).line) == (21, 11)

    def test_a_llama_2_checkpoint_names_its_ids_in_tokenizer_json(self) -> None:
        files = {
            "tokenizer_config.json": json.dumps(LLAMA2),
            "tokenizer.json": json.dumps(
                {"added_tokens": [{"id": i, "content": t} for i, t in enumerate(("<unk>", "<s>", "</s>"))]}
            ),
        }
        tokenizer = known(TokenizerConfig, files)
        assert tokenizer.special_tokens == {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
        assert (tokenizer.ids("</s>"), tokenizer.at_added(2).path) == ((2,), "tokenizer.json")

    def test_tokenizer_json_alone_is_enough(self) -> None:
        tokenizer = known(TokenizerConfig, {"tokenizer.json": '{"added_tokens": [{"id": 0, "content": "<|endoftext|>"}]}'})
        assert (tokenizer.file, tokenizer.data, tokenizer.special_tokens) == (None, {}, {})
        assert tokenizer.added_tokens == {0: "<|endoftext|>"}

    def test_entries_of_the_wrong_type_are_skipped(self) -> None:
        config = {"added_tokens_decoder": {"1": {"content": "<a>"}, "x": {"content": "<b>"}, "2": {"content": 7}, "3": None}}
        assert known(TokenizerConfig, {"tokenizer_config.json": json.dumps(config)}).added_tokens == {1: "<a>"}

    def test_no_file_is_absent_and_a_cut_off_one_is_broken(self) -> None:
        assert store({}).look_up(TokenizerConfig) == Missing("no tokenizer_config.json or tokenizer.json")
        assert "tokenizer_config.json:1:" in broken(TokenizerConfig, {"tokenizer_config.json": '{"eos_token": "</s>"'})


@pytest.mark.parametrize(
    ("value", "text"), [("</s>", "</s>"), ({"content": "<s>"}, "<s>"), ({"content": None}, None), (2, None), (None, None)]
)
def test_a_token_is_a_string_or_an_object_with_content(value: object, text: str | None) -> None:
    assert token_text(value) == text


def test_only_the_standard_names_are_special_tokens() -> None:
    data = {"eos_token": "</s>", "image_token": "<image>", "additional_special_tokens": ["<a>"], "model_max_length": 4096}
    assert special_tokens(data) == {"eos_token": "</s>"}
