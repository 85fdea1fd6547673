"""Sentences of cards: where they begin, and what is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.facts.card_sentences import CardSentences, card_sentences
from modelcheck.facts.model_card import ModelCard

CARD = """# Thing 7B

First line of a paragraph that
goes on. A second sentence!

- **Item** one
- Item two, see
  [the other](https://huggingface.co/acme/other)

| Key | Value |
|---|---|
| Tuning | none |

```python
code = "is not read"
```

> [!Note]
> A quoted line.

## Use

第一句。第二句。
"""


def sentences(body: str) -> CardSentences:
    found: CardSentences = card_sentences(ModelCard("README.md", None, {}, body, 1), None)
    return found


def test_paragraphs_items_and_rows_are_sentences_with_their_lines() -> None:
    found = sentences(CARD)
    assert found.title == "Thing 7B"
    assert [(one.text, one.line, one.level) for one in found.sentences] == [
        ("Thing 7B", 1, 1),
        ("First line of a paragraph that goes on.", 3, 0),
        ("A second sentence!", 4, 0),
        ("Item one", 6, 0),
        ("Item two, see the other", 7, 0),
        ("Key: Value", 10, 0),
        ("Tuning: none", 12, 0),
        ("A quoted line.", 19, 0),
        ("Use", 21, 2),
        ("第一句。", 23, 0),
        ("第二句。", 23, 0),
    ]
    assert found.sentences[4].links == ("https://huggingface.co/acme/other",)
    assert found.sentences[-1].heading == "Use"


def test_tokens_in_angle_brackets_are_no_markup() -> None:
    (one,) = sentences("The tokens `<|im_end|>` and <b>others</b> were trained.").sentences
    assert one.text == "The tokens <|im_end|> and others were trained."


@pytest.mark.parametrize("body", ["", "\n\n", "|---|\n", "```\nno end", "#\n", "> \n>\n"])
def test_nothing_gives_nothing(body: str) -> None:
    assert sentences(body).sentences == ()


@given(st.text(alphabet="ab .!\n#|->*[]()`。", max_size=300))
def test_every_sentence_is_in_order_and_on_a_line_of_the_card(body: str) -> None:
    lines = [one.line for one in sentences(body).sentences]
    assert lines == sorted(lines)
    assert all(1 <= line <= body.count("\n") + 1 for line in lines)
