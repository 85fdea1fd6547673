from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.facts.checkpoint_name import CheckpointName
from modelcheck.facts.stage_words import stage_word, words_of

NAMES = st.text(st.sampled_from("abcdeinprst0123479.-_ /BIé"), max_size=40)


@given(NAMES)
def test_case_and_the_kind_of_dash_do_not_matter(name: str) -> None:
    assert stage_word(name.lower()) == stage_word(name.lower().upper()) or not name.isascii()
    assert stage_word(name.replace("-", "_")) == stage_word(name.replace("_", "-")) or "_" in name


@given(NAMES)
def test_the_word_is_one_of_the_names_own(name: str) -> None:
    told = stage_word(name)
    assert told is None or set(told.word.split("-")) <= set(words_of(name)) | {
        "intermediate",
        "step",
        "cpt",
        "continued",
        "pretraining",
    }


@given(NAMES)
def test_an_explicit_suffix_decides_whatever_stands_before(name: str) -> None:
    told = stage_word(f"{name}-instruct")
    if words_of(name)[-1:] and words_of(name)[-1] in ("no", "non", "not", "pre", "without", "wo"):
        assert told is None or told.word != "instruct"
    else:
        assert told is not None
        assert told.kind in ("instruct", "base-then-instruct", "rl-zero")


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Thing-7B-GGUF", "thing-7b"),
        ("Thing-7B-AWQ-int4", "thing-7b"),
        ("Thing-7B-GPTQ-Int4-Int8Mix", "thing-7b"),
        ("Thing-7B-mxfp8", "thing-7b"),
        ("Thing-7B-hf", "thing-7b"),
        ("Thing-7B-bnb-4bit", "thing-7b"),
        ("Thing-7B_MLX-4bit", "thing-7b"),
        ("Thing-7B.Q4_K_M", "thing-7b"),
        ("Thing-7B-v0.1", "thing-7b-v0.1"),
        ("Mix-7B", "mix-7b"),
    ],
)
def test_a_format_is_no_part_of_a_name(name: str, plain: str) -> None:
    assert CheckpointName(f"acme/{name}", "acme", name, is_id=True).plain[0] == plain


def test_the_first_owner_may_stand_before_the_name() -> None:
    assert CheckpointName("q/Acme_Thing-7B-GGUF", "q", "Acme_Thing-7B-GGUF", is_id=True).plain == ("acme_thing-7b", "thing-7b")
