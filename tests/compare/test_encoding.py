"""Answers as tokens: what is learned is the answer and its end, and what is cut is told."""

from __future__ import annotations

from typing import Any

import pytest
from modelcheck.compare.encoding import encode

from conftest import ROOT, needs

pytestmark = needs("transformers")
ROW = [3, "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n", "Hello.", "<|im_end|>", "User: Hi\n\nAssistant: "]


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(ROOT / "fixtures/tiny-instruct")


def test_the_answer_and_its_end_are_learned(tokenizer: Any) -> None:
    one = encode(tokenizer, ROW, 100)
    assert tokenizer.decode(one.ids[one.answer :]) == "Hello.<|im_end|>"
    assert tokenizer.decode(one.ids[one.answer : one.end]) == "Hello."
    assert (one.cut, one.cut_end, one.size, one.conversation) == (0, 0, 6, 3)


def test_what_is_too_long_loses_its_beginning(tokenizer: Any) -> None:
    one = encode(tokenizer, ROW, 12)
    assert tokenizer.decode(one.ids[one.answer :]) == "Hello.<|im_end|>"
    assert (len(one.ids), one.cut_end) == (12, 0)


def test_an_answer_that_is_too_long_is_cut_and_its_bytes_are_those_that_are_left(tokenizer: Any) -> None:
    one = encode(tokenizer, [0, ROW[1], "x" * 90 + "y" * 10, "<|im_end|>", ""], 33)
    assert (len(one.ids), one.end, one.size) == (33, 33, 32)
    assert one.cut_end == 69


def test_plain_text_has_the_tokens_that_the_tokenizer_adds(tokenizer: Any) -> None:
    class Adding:
        bos_token_id, eos_token_id = 0, None

        def __call__(self, text: str, *, add_special_tokens: bool) -> dict[str, list[int]]:
            return {"input_ids": [*([0] if add_special_tokens else []), *tokenizer(text, add_special_tokens=False)["input_ids"]]}

    plain = [0, ROW[4], "Hello.", "", ROW[4]]
    assert encode(Adding(), plain, 100, special=True).ids == encode(Adding(), plain, 100, plain=True).ids
    assert encode(Adding(), plain, 100).ids == encode(Adding(), plain, 100, plain=True).ids[1:]
