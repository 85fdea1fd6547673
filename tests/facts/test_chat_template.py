"""The chat template: where it is read from, which one is used, and the token that ends a turn."""

from __future__ import annotations

import json

import pytest
from modelcheck.engine.store import Missing
from modelcheck.facts.chat_template import LIKE_A_TOKEN, ChatTemplate, render_turn, turn_ends
from modelcheck.sandbox import Problem

from facts.support import broken, known, store

CHATML = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
LLAMA3 = (
    "{{ bos_token }}{% for message in messages %}{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'"
    " + message['content'] | trim + '<|eot_id|>' }}{% endfor %}"
)
GEMMA = (
    "{{ bos_token }}{% for message in messages %}{% set role = 'model' if message['role'] == 'assistant' else message['role'] %}"
    "{{ '<start_of_turn>' + role + '\n' + message['content'] | trim + '<end_of_turn>\n' }}{% endfor %}"
)
MISTRAL = (
    "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}"
    "{{ '[INST] ' + message['content'] + ' [/INST]' }}{% else %}{{ ' ' + message['content'] + eos_token }}{% endif %}{% endfor %}"
)
PHI3 = "{% for m in messages %}{{ '<|' + m['role'] + '|>\n' + m['content'] + '<|end|>\n' }}{% endfor %}"
PARTS_ONLY = "{% for m in messages %}{% for part in m.content %}{{ part['text'] + '' }}{% endfor %}<end_of_utterance>\n{% endfor %}"


class TestChatTemplate:
    CONFIG = '{"chat_template": "from the config", "added_tokens_decoder": {"2": {"content": "<|im_end|>"}}}'

    def test_the_jinja_file_wins(self) -> None:
        template = known(ChatTemplate, {"chat_template.jinja": CHATML, "tokenizer_config.json": self.CONFIG})
        assert [place.path for place in template.places] == ["chat_template.jinja", "tokenizer_config.json"]
        assert template.chosen.text == CHATML
        assert template.turn_ends == ("<|im_end|>",)

    def test_of_named_templates_default_is_chosen(self) -> None:
        config = '{"chat_template": [{"name": "tool_use", "template": "T"}, {"name": "default", "template": "D"}]}'
        template = known(ChatTemplate, {"tokenizer_config.json": config})
        assert (template.chosen.name, template.at().line) == ("default", 1)

    def test_named_templates_in_their_folder_belong_to_the_jinja_file(self) -> None:
        files = {
            "chat_template.jinja": CHATML,
            "additional_chat_templates/tool_use.jinja": "T",
            "tokenizer_config.json": self.CONFIG,
        }
        template = known(ChatTemplate, files)
        assert [(place.path, place.name) for place in template.places[:2]] == [
            ("chat_template.jinja", "default"),
            ("additional_chat_templates/tool_use.jinja", "tool_use"),
        ]
        assert template.chosen.text == CHATML
        del files["chat_template.jinja"]
        assert known(ChatTemplate, files).chosen.text == "T"

    def test_the_older_file_counts_last(self) -> None:
        assert known(ChatTemplate, {"chat_template.json": '{"chat_template": "old"}'}).chosen.path == "chat_template.json"

    @pytest.mark.parametrize(
        ("template", "tokens", "ends"),
        [
            (CHATML, {}, ("<|im_end|>",)),
            ("{% for m in messages %}{{ m.content }}{{ eos_token }}{% endfor %}", {"2": "</s>"}, ("</s>",)),
            ("{% for m in messages %}{{ m.content }} </s><s>[INST]{% endfor %}", {"1": "<s>", "2": "</s>"}, ("</s>", "<s>")),
            (
                "{% for m in messages %}{{ m.content }}<|END_RESPONSE|><|END_OF_TURN_TOKEN|>{% endfor %}",
                {},
                ("<|END_RESPONSE|>", "<|END_OF_TURN_TOKEN|>"),
            ),
            ("{% for m in messages %}User: {{ m.content }}\n{% endfor %}", {}, ()),
            (
                "{% for m in messages %}{% for c in m.content %}{{ c.text }}{% endfor %}<end>{% endfor %}",
                {"9": "<end>"},
                ("<end>",),
            ),
            ("{{ raise_exception('tools only') }}", {}, ()),
        ],
    )
    def test_the_turn_end_is_what_follows_an_answer(self, template: str, tokens: dict[str, str], ends: tuple[str, ...]) -> None:
        decoder = {token_id: {"content": text} for token_id, text in tokens.items()}
        config = json.dumps({"eos_token": "</s>", "added_tokens_decoder": decoder})
        assert known(ChatTemplate, {"chat_template.jinja": template, "tokenizer_config.json": config}).turn_ends == ends

    def test_a_template_of_the_wrong_type_is_broken(self) -> None:
        assert "has a number under 'chat_template'" in broken(ChatTemplate, {"tokenizer_config.json": '{"chat_template": 3}'})
        assert "not an object with name and template" in broken(ChatTemplate, {"tokenizer_config.json": '{"chat_template": ["x"]}'})

    def test_without_any_it_is_absent(self) -> None:
        assert store({"tokenizer_config.json": "{}"}).look_up(ChatTemplate) == Missing("no chat template")

    def test_a_template_that_does_not_render_has_a_problem_and_no_turn_end(self) -> None:
        template = known(ChatTemplate, {"chat_template.jinja": "{% for m in messages %}{{ m.content }}"})
        assert (template.rendered, template.turn_ends) == (None, ())
        assert template.problem is not None

    def test_a_place_in_a_json_file_has_its_line(self) -> None:
        config = '{\n  "eos_token": "</s>",\n  "chat_template": "{{ messages }}"\n}'
        assert known(ChatTemplate, {"tokenizer_config.json": config}).at().line == 3


@pytest.mark.parametrize(
    ("template", "special", "end"),
    [
        (CHATML, {}, "<|im_end|>"),
        (LLAMA3, {"bos_token": "<|begin_of_text|>"}, "<|eot_id|>"),
        (GEMMA, {"bos_token": "<bos>"}, "<end_of_turn>"),
        (MISTRAL, {"bos_token": "<s>", "eos_token": "</s>"}, "</s>"),
        (PHI3, {}, "<|end|>"),
        (PARTS_ONLY, {}, "<end_of_utterance>"),
    ],
    ids=["chatml", "llama-3", "gemma", "mistral", "phi-3", "content in parts"],
)
def test_real_formats_end_a_turn_with_their_token(template: str, special: dict[str, str], end: str) -> None:
    rendered, problem = render_turn(template, special)
    assert problem is None
    assert turn_ends(rendered, set(special.values()), complete=False) == (end,)


def test_an_error_of_the_template_is_returned_as_a_problem() -> None:
    rendered, problem = render_turn("{{ raise_exception('Only user and assistant roles are supported!') }}", {})
    assert rendered is None
    assert isinstance(problem, Problem)
    assert "Only user and assistant roles" in str(problem)


def test_with_a_complete_vocabulary_only_its_tokens_count() -> None:
    rendered, _ = render_turn(CHATML, {})
    assert turn_ends(rendered, {"<|eot_id|>"}, complete=True) == ()
    assert turn_ends(rendered, {"<|im_end|>"}, complete=True) == ("<|im_end|>",)
    assert turn_ends(None, {"<|im_end|>"}, complete=True) == ()


@pytest.mark.parametrize("text", ["<|im_end|>", "<｜end▁of▁sentence｜>", "</s>", "<end_of_turn>", "[/INST]", "<|end_of_text|>"])
def test_control_tokens_are_recognised_by_their_form(text: str) -> None:
    found = LIKE_A_TOKEN.match(text)
    assert found is not None
    assert found.group() == text


@pytest.mark.parametrize("text", ["User:", "### Response:", "<|two words|>", "[1]", "< s >"])
def test_ordinary_text_is_not(text: str) -> None:
    assert LIKE_A_TOKEN.match(text) is None
