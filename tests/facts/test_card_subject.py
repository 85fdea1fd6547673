"""Which model a sentence is about."""

from __future__ import annotations

import pytest
from modelcheck.facts.card_subject import about_another, self_of

OTHER = ("see the chat version", "https://huggingface.co/acme/Thing-7B-Chat")


@pytest.mark.parametrize(
    ("text", "name", "another"),
    [
        ("This is a base model.", "Thing-7B", False),
        ("Thing-7B is a base model.", "Thing-7B", False),
        ("Thing-7B is a base model.", "Thing-7B-Instruct", True),
        ("Thing-7B-Instruct is tuned for chat.", "Thing-7B", True),
        ("Thing-7B-Instruct is tuned for chat.", "Thing-7B-Instruct", False),
        ("Thing Guardian is an instruct model.", "Thing-7B", True),
        ("Other-70B, a chat model, is larger.", "Thing-7B", True),
        ("Mid-training is the second stage.", "Thing-7B", False),
        ("The base model is described elsewhere.", "Thing-7B-Chat", True),
        ("The base model is described here.", "Thing-7B-Base", False),
        ("The family has pretrained and instruction tuned models.", "Thing-7B", True),
        ("Both the base and the chat model are free.", "Thing-7B", True),
        ("A chat version is available.", "Thing-7B", True),
        ("It was fine-tuned on dialogues.", "", False),
        ("Thing-7B-Preview: lightly post-trained", "Thing-7B", True),
        ("Thing-7B: a base model", "Thing-7B", False),
        ("Model type: base language model", "Thing-7B", False),
        ("We release Thing-7B, a language model.", "Thing-7B", False),
        ("We also release Thing-70B-Chat, a chat model.", "Thing-7B", True),
    ],
)
def test_the_subject_of_a_sentence(text: str, name: str, another: bool) -> None:
    assert about_another(text, "", 0, (), self_of(name, "")) is another


@pytest.mark.parametrize(
    ("heading", "another"), [("Results of the base model", True), ("Chat template", False), ("Results", False)]
)
def test_a_heading_names_whom_its_section_is_about(heading: str, another: bool) -> None:
    assert about_another("It scores 70.", heading, 0, (), self_of("Thing-7B-Chat", "")) is another


def test_a_link_to_another_repository_is_about_that_one() -> None:
    text, link = OTHER
    assert about_another(text, "", 0, (link,), self_of("Thing-7B", ""))
    assert not about_another("see the paper", "", 0, ("https://arxiv.org/abs/1",), self_of("Thing-7B", ""))


def test_a_title_is_about_its_own_model() -> None:
    assert not about_another("Thing-7B-Chat", "Thing-7B-Chat", 1, (), self_of("", "Thing-7B-Chat"))
