"""The model card, held against huggingface_hub's own reader of it."""

from __future__ import annotations

import pytest
import yaml
from huggingface_hub.repocard import REGEX_YAML_BLOCK
from hypothesis import given, settings
from hypothesis import strategies as st
from modelcheck.errors import Broken
from modelcheck.facts.model_card import ModelCard, model_card
from modelcheck.testing.memory import MemorySource

from facts.support import broken, known

LINES = st.sampled_from((
    "license: mit", "language:", "- en", "- no", "  - nested", "tags: [a, b]", "tags: [a", "base_model: a/b", "a: b: c", "text: |",
    "  more", "? key", "&a x", "*a", "", "# comment", "'open", '"x": "y"', "}", "value: 'it''s'", "- : -", "co2: 1.5", "x: ~",
    "\ttab", "license: !mit", "- !x y", "note: wow! !", "in\tside: x", "x: y\t", "yes: no", "%TAG", "@at", "`tick",
    "x: !!int one", "date: 2024-13-45", "date: 2024-12-24", "eq: =", "? [a, b]", "!k key: 1", "list: !l", "<<: *a", "<<: mit",
    "...", "x: !!map y", "big: 0x_", "when: 12:61:99", "? {a: b}", "x: !!set", "x: !!bool maybe", "x: !!python/name:os.system",
    "x: &a {y: !z w}", "y: *a", "n: .inf", "b: !!binary x",
))  # fmt: skip


def read(text: str) -> ModelCard:
    return model_card(MemorySource({"README.md": text}))


@settings(max_examples=400, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=8))
def test_front_matter_is_refused_where_huggingface_hub_refuses_it(lines: list[str]) -> None:
    text = "---\n" + "\n".join(lines) + "\n---\nbody\n"
    block = REGEX_YAML_BLOCK.search(text)
    assert block is not None
    try:
        theirs = yaml.safe_load(block[2])
    except (yaml.YAMLError, ValueError, TypeError, LookupError):  # its constructors let the last three through
        with pytest.raises(Broken):
            read(text)
        return
    if theirs is not None and not isinstance(theirs, dict):
        with pytest.raises(Broken):
            read(text)
        return
    ours = read(text).data
    for key, value in (theirs or {}).items():
        if isinstance(key, str) and isinstance(value, str | list | bool):
            assert ours[key] == value


def test_a_tab_that_libyaml_lets_pass_is_refused_with_its_place() -> None:
    with pytest.raises(Broken) as caught:
        read("---\nlicense: mit\nlibrary_name: vllm\nin\tside: x\n---\n")
    assert (caught.value.span.line, caught.value.span.column) == (4, 3)


def test_lines_are_an_editors() -> None:
    card = read("---\nlicense: mit\n---\none\ftwo\u2028three\nfour\r\nfive")
    assert list(card.lines()) == [(4, "one\ftwo\u2028three"), (5, "four"), (6, "five")]


class TestModelCard:
    def test_lines_and_columns_are_those_of_the_file(self) -> None:
        card = known(ModelCard, {"README.md": "---\nlicense: mit\ntags:\n- sft\n---\n# Title\ntext\n"})
        assert (card.at("license").line, card.at("license").column) == (2, 10)
        assert list(card.lines()) == [(6, "# Title"), (7, "text")]
        assert (card.texts("tags"), card.texts("license"), card.texts("nothing")) == (("sft",), ("mit",), ())

    @pytest.mark.parametrize("text", ["# No front matter\n", "", "---\nnever: closed\n", "text\n---\nlicense: mit\n---\n"])
    def test_no_front_matter_is_none(self, text: str) -> None:
        card = known(ModelCard, {"README.md": text})
        assert (card.front_matter, card.data, card.body) == (None, {}, text)

    @pytest.mark.parametrize(
        "text", ["\ufeff---\nlicense: mit\n---\nbody", "---\r\nlicense: mit\r\n---\r\nbody", "---\nlicense: mit\n---"]
    )
    def test_marks_and_line_ends_of_other_systems(self, text: str) -> None:
        assert known(ModelCard, {"README.md": text}).data == {"license": "mit"}

    def test_empty_front_matter_is_none(self) -> None:
        assert known(ModelCard, {"README.md": "---\n---\nbody"}).body == "body"

    def test_what_is_no_mapping_is_broken(self) -> None:
        assert "not a mapping" in broken(ModelCard, {"README.md": "---\n- a\n---\n"})
        assert "README.md:3:1: is not valid YAML" in broken(ModelCard, {"README.md": "---\na: [b\n---\n"})
