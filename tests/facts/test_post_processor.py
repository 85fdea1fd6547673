"""The special tokens that a post-processor adds, in the shapes that tokenizers writes, and in shapes that nobody should."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.facts.post_processor import added_around

BOS, EOS, TEXT = {"SpecialToken": {"id": "<s>", "type_id": 0}}, {"SpecialToken": {"id": "</s>"}}, {"Sequence": {"id": "A"}}


@pytest.mark.parametrize(
    ("processor", "before", "behind"),
    [
        ({"type": "TemplateProcessing", "single": [BOS, TEXT, EOS]}, ("<s>",), ("</s>",)),
        ({"type": "TemplateProcessing", "single": [TEXT]}, (), ()),
        ({"type": "BertProcessing", "cls": ["[CLS]", 101], "sep": ["[SEP]", 102]}, ("[CLS]",), ("[SEP]",)),
        ({"type": "Sequence", "processors": [{"type": "ByteLevel"}, {"single": [BOS, TEXT]}]}, ("<s>",), ()),
        ({"type": "ByteLevel"}, (), ()),
        (None, (), ()),
        ("odd", (), ()),
        ({"single": [1, None, {"SpecialToken": 3}, TEXT], "cls": "x", "sep": [], "processors": {}}, (), ()),
    ],
)
def test_added_around(processor: Any, before: tuple[str, ...], behind: tuple[str, ...]) -> None:
    assert added_around(processor) == (before, behind)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=4),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["single", "cls", "sep", "processors"]), inner),
    )
)
def test_any_value_gives_texts(processor: Any) -> None:
    assert all(isinstance(one, str) for side in added_around(processor) for one in side)
