"""What a checkpoint can be asked for, from files on disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from modelcheck.facts.deferred.capabilities import Capabilities
from modelcheck.judgement import judge

from conftest import write_tree

QUESTION = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
PROMPT = "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
CONFIG = json.dumps({"model_type": "llama", "architectures": ["LlamaForCausalLM"], "eos_token_id": 0})
TOKENIZER = json.dumps(
    {
        "eos_token": "<|endoftext|>",
        "added_tokens_decoder": {
            str(id_): {"content": text} for id_, text in enumerate(("<|endoftext|>", "<|im_start|>", "<|im_end|>"))
        },
    }
)


def capabilities(folder: Path, **files: str) -> Capabilities:
    names = {"template": "chat_template.jinja", "config": "config.json", "tokenizer": "tokenizer_config.json"}
    there = {"config": CONFIG, "tokenizer": TOKENIZER, "template": QUESTION + PROMPT} | files
    write_tree(folder, {names.get(name, name): text for name, text in there.items() if text})
    found = judge(folder, offline=True).capabilities
    assert found
    return found


@pytest.mark.parametrize(
    ("template", "supported", "says"),
    [
        (QUESTION, True, "renders a system message"),
        (QUESTION.replace("messages %}", "messages if m.role != 'system' %}"), False, "drops"),
        (
            "{% if messages[0].role == 'system' %}{{ raise_exception('no system role') }}{% endif %}" + QUESTION,
            False,
            "no system role",
        ),
        ("{{ raise_exception('never') }}", None, "never"),
        ("", False, "no chat template"),
    ],
)
def test_system_role(tmp_path: Path, template: str, supported: bool | None, says: str) -> None:
    found = capabilities(tmp_path, template=template).system_role
    assert (found.supported, says in found.because) == (supported, True), found


@pytest.mark.parametrize(
    ("template", "supported"),
    [
        (QUESTION, False),
        ("{% for t in tools or [] %}{{ t | tojson }}{% endfor %}" + QUESTION, True),
        ("{% if tools %}{{ raise_exception('no') }}{% endif %}" + QUESTION, None),
    ],
)
def test_tools(tmp_path: Path, template: str, supported: bool | None) -> None:
    assert capabilities(tmp_path, template=template).tools.supported is supported


@pytest.mark.parametrize(
    ("switch", "variable"),
    [
        ("{% if enable_thinking is defined and not enable_thinking %}<think></think>{% endif %}", "enable_thinking"),
        ("{{ 'Reasoning: ' ~ (reasoning_effort or 'medium') }}", "reasoning_effort"),
        ("{% if thinking %}<think>{% endif %}", "thinking"),
        (
            "{% if thinking_budget is number and thinking_budget > 100 %}B{% endif %}",
            "thinking_budget",
        ),
        ("{% if enable_thinking %}{% endif %}", None),
        ("<think>", None),
        ("{% if style == 'thinking' %}x{% endif %}", None),
    ],
)
def test_reasoning_switch(tmp_path: Path, switch: str, variable: str | None) -> None:
    found = capabilities(tmp_path, template=QUESTION + PROMPT + switch).reasoning_switch
    assert (found.supported, found.variable) == (variable is not None, variable), found


@pytest.mark.parametrize(
    ("config", "supported"),
    [
        ({"vision_config": {"hidden_size": 8}}, True),
        ({"vision_config": {}}, None),
        ({"mm_vision_tower": "clip"}, True),
        ({"image_token_id": 5}, None),
        ({"vision_config": None, "image_size": 4}, None),
        ({}, False),
    ],
)
def test_images(tmp_path: Path, config: dict[str, Any], supported: bool | None) -> None:
    found = capabilities(tmp_path, config=json.dumps(json.loads(CONFIG) | config)).images
    assert found.supported is supported, found


@pytest.mark.parametrize(
    ("files", "supported"),
    [
        ({}, True),
        ({"template": ""}, False),
        ({"template": "", "tekken.json": "{}"}, True),
        ({"template": "", "modeling_x.py": "pass"}, None),
        ({"template": "", "tokenizer": ""}, None),
    ],
)
def test_chat(tmp_path: Path, files: dict[str, str], supported: bool | None) -> None:
    assert capabilities(tmp_path, **files).chat.supported is supported


def test_each_engine_stops_on_what_it_reads(tmp_path: Path) -> None:
    generation = json.dumps({"eos_token_id": 2})
    found = capabilities(tmp_path, **{"generation_config.json": generation})
    assert found.stop_ids == (2,)
    assert {stop.engine: (stop.ids, stop.at_turn_end) for stop in found.stops} == {
        "transformers": ((2,), True),
        "vLLM": ((0, 2), True),
        "SGLang": ((0, 2), True),
        "text-generation-inference": ((0,), False),
        "llama.cpp": ((0, 2), True),
    }
    assert found.stops[0].tokens == ("<|im_end|>",)


def test_without_a_template_nobody_knows_what_ends_a_turn(tmp_path: Path) -> None:
    assert {stop.at_turn_end for stop in capabilities(tmp_path, template="").stops} == {None}
