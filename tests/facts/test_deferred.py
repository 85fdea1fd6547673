"""What is known of a checkpoint's own papers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from modelcheck.config import Settings
from modelcheck.engine.shared import Shared
from modelcheck.facts.deferred.card_layout import CardLayout
from modelcheck.facts.deferred.card_text import CardText, card_text
from modelcheck.facts.deferred.rendering import Rendering
from modelcheck.facts.deferred.tokenizer_file import TokenizerFile
from modelcheck.facts.model_card import ModelCard
from modelcheck.testing.checking import _InMemory, installed
from modelcheck.testing.memory import MemorySource

from rules.cases import CHATML


def fact(kind: type, files: dict[str, str]) -> Any:
    registry = installed().registry
    registry.complete()
    shared = Shared(registry, _InMemory({}), Settings(offline=True))
    return shared.checkpoints.facts(MemorySource(files)).get(kind)


class TestRendering:
    def test_every_shape_of_an_ordinary_template_renders(self) -> None:
        found: Rendering = fact(Rendering, {"chat_template.jinja": CHATML})
        assert not found.parts
        for shape in ("question", "prompted", "answered", "dialogue", "system", "unicode", "empty", "tools", "tool_result"):
            assert found.text(shape) is not None, shape
        assert found.turn_end == "<|im_end|>"
        assert found.control_words == ("<|im_start|>", "<|im_end|>")

    def test_content_in_parts_where_a_template_takes_no_text(self) -> None:
        template = "{% for m in messages %}{% for part in m.content %}{{ part['text'] + '' }}{% endfor %}{% endfor %}"
        found: Rendering = fact(Rendering, {"chat_template.jinja": template})
        assert found.parts
        assert Rendering.ANSWER in (found.text("dialogue") or "")

    def test_tools_are_rendered_by_the_template_for_tools(self) -> None:
        named = [
            {"name": "default", "template": "{{ messages[0].content }}"},
            {"name": "tool_use", "template": "T{{ tools[0].function.name }}"},
        ]
        found: Rendering = fact(Rendering, {"tokenizer_config.json": json.dumps({"chat_template": named})})
        assert (found.text("tools") or "").startswith("T")
        assert found.text("question") == Rendering.QUESTION

    @pytest.mark.parametrize(
        ("template", "wanted"),
        [
            ("{{ guideline + '' }}{{ messages[0].content }}", "guideline"),
            ("{% for t in tools %}x{% endfor %}{{ messages[0].content }}", "tools"),
            ("{{ mesages + '' }}{{ messages[0].content }}", None),
            ("{{ messages[0].content + 1 }}", None),
        ],
    )
    def test_what_a_request_has_to_bring(self, template: str, wanted: str | None) -> None:
        found: Rendering = fact(Rendering, {"chat_template.jinja": template})
        assert found.problem("question") is not None
        assert found.wants(("guideline", "mesages")) == wanted


class TestTokenizerFile:
    def test_its_parts(self) -> None:
        file = {
            "added_tokens": [{"id": 7, "content": "<a>", "special": True}, {"id": 7, "content": "<b>"}],
            "post_processor": {
                "processors": [{"single": [{"SpecialToken": {"id": "<s>"}}, {"Sequence": {}}, {"SpecialToken": {"id": "</s>"}}]}]
            },
            "model": {"vocab": {"x": 0, "y": 5}, "merges": ["a b"]},
        }
        found: TokenizerFile = fact(TokenizerFile, {"tokenizer.json": json.dumps(file)})
        assert (found.highest, found.before, found.behind) == (7, ("<s>",), ("</s>",))
        assert found.twice == {7: ("<a>", "<b>")}
        assert found.special == {7}

    @pytest.mark.parametrize("kind", ["template", "sequence", "bert", "roberta", "none"])
    def test_what_is_put_around_a_text_is_what_tokenizers_puts_there(self, kind: str) -> None:
        from tokenizers import Tokenizer, models, processors

        vocabulary = {"<s>": 0, "</s>": 1, "x": 2, "<unk>": 3}
        tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
        tokenizer.add_special_tokens(["<s>", "</s>", "<extra>"])
        template = processors.TemplateProcessing("<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 1)])
        made = {
            "template": template,
            "sequence": processors.Sequence([processors.ByteLevel(), template]),
            "bert": processors.BertProcessing(("</s>", 1), ("<s>", 0)),
            "roberta": processors.RobertaProcessing(("</s>", 1), ("<s>", 0)),
        }
        if kind in made:
            tokenizer.post_processor = made[kind]
        found: TokenizerFile = fact(TokenizerFile, {"tokenizer.json": tokenizer.to_str()})
        assert [*found.before, "x", *found.behind] == tokenizer.encode("x").tokens
        assert found.highest == max(tokenizer.get_vocab().values())

    @pytest.mark.parametrize("indent", [None, 2])
    def test_the_highest_id_is_read_off_the_end_of_the_vocabulary(self, indent: int | None) -> None:
        file = {"added_tokens": [], "model": {"vocab": {"a": 0, "} : 99": 1, "z": 41}, "merges": [["a", "z"]]}}
        found: TokenizerFile = fact(TokenizerFile, {"tokenizer.json": json.dumps(file, indent=indent)})
        assert found.highest == 41

    @pytest.mark.parametrize("text", ["", "[]", "{", '{"added_tokens": [', '{"a": 1', "version https://git-lfs.github.com/spec/v1"])
    def test_what_is_none_is_no_crash(self, text: str) -> None:
        assert fact(TokenizerFile, {"tokenizer.json": text, "config.json": "{}"}) is None or text == '{"a": 1'


class TestCards:
    @pytest.mark.parametrize(
        ("text", "late", "opened", "blank"),
        [
            ("---\nlicense: mit\n---\n", None, None, 0),
            ("\n\n---\nlicense: mit\n---\n", None, None, 2),
            ("# T\n---\nlicense: mit\ntags:\n- a\n---\n", 2, None, 0),
            ("---\nlicense: mit\n# T\n", None, 1, 0),
            ("# T\n\n---\n\ntext\n\n---\n\nmore\n", None, None, 0),
            ("---\n", None, None, 0),
            ("", None, None, 0),
        ],
    )
    def test_how_it_begins(self, text: str, late: int | None, opened: int | None, blank: int) -> None:
        found: CardLayout = fact(CardLayout, {"README.md": text})
        assert (found.late, found.open, found.blank) == (late, opened, blank)

    def test_sections_and_code(self) -> None:
        body = "# T\n\n## Empty\n\n## Code\n```python\nx = 1\n```\n## Deep\n### Deeper\ntext\n<!-- ## Hidden -->\n## Last\n"
        found: CardText = card_text(ModelCard("README.md", None, {}, body, 10))
        assert [(section.title, section.empty) for section in found.sections] == [
            ("T", False), ("Empty", True), ("Code", False), ("Deep", False), ("Deeper", False), ("Last", False),
        ]  # fmt: skip
        (snippet,) = found.snippets
        assert (snippet.language, snippet.text, snippet.line) == ("python", "x = 1", 16)
