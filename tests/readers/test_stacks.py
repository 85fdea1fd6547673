"""Each serving stack by a small file of its own: which models, on which line, for what."""

from __future__ import annotations

import re
import textwrap

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readers.stacks_elsewhere import ELSEWHERE
from readers.stacks_in_yaml import IN_YAML
from readers.stacks_with_variables import WITH_VARIABLES
from readers.test_serving import uses

STACKS = IN_YAML | ELSEWHERE | WITH_VARIABLES


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_is_read(stack: str) -> None:
    path, text, expected = STACKS[stack]
    found = [(use.model, use.at.line, use.purpose) for use in uses({path: textwrap.dedent(text)})]
    assert sorted(found, key=lambda one: one[1]) == expected


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(STACKS)), st.integers(0, 600), st.integers(0, 40), st.text(max_size=12))
def test_no_cut_or_insertion_breaks_a_reader(stack: str, start: int, length: int, put: str) -> None:
    path, text, _ = STACKS[stack]
    whole = textwrap.dedent(text)
    mutated = whole[:start] + put + whole[start + length :]
    if "\0" in mutated:
        return
    lines = len(re.split(r"\r\n|\r|\n", mutated))
    for use in uses({path: mutated}):
        assert use.model
        assert use.at.line is None or 1 <= use.at.line <= lines


TRAINING = [
    ("a.py", "from trl import SFTTrainer\nM = AutoModel.from_pretrained('a/b')\nSFTTrainer(M)\n", (None, (), None, None)),
    (
        "a.py",
        (
            "M = FastLanguageModel.from_pretrained('a/b')\nM = get_peft_model(M, target_modules=['q', 'lm_head'])\n"
            "t = get_chat_template(t, chat_template='llama-3')\nt.pad_token = t.eos_token\nSFTTrainer(M)\n"
        ),
        ("lora", ("q", "lm_head"), "llama-3", "eos_token"),
    ),
    (
        "run.sh",
        "trl sft --model_name_or_path a/b --use_peft --lora_modules_to_save embed_tokens lm_head\n",
        ("lora", ("embed_tokens", "lm_head"), None, None),
    ),
    (
        "run.sh",
        "llamafactory-cli train --model_name_or_path a/b --finetuning_type lora --additional_target a,b --template llama3\n",
        ("lora", ("a", "b"), "llama3", None),
    ),
    (
        "a.yaml",
        "base_model: a/b\nadapter: qlora\nlora_modules_to_save: [lm_head]\nspecial_tokens: {pad_token: <e>, eos_token: <e>}\n",
        ("qlora", ("lm_head",), None, "eos_token"),
    ),
]


@pytest.mark.parametrize(("path", "text", "expected"), TRAINING, ids=[text[:40] for _, text, _ in TRAINING])
def test_how_a_run_trains(path: str, text: str, expected: tuple[object, ...]) -> None:
    (use,) = uses({path: text})
    assert (use.adapter, use.trained, use.template, use.pad_token) == expected
