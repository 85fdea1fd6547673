"""The habits of a family's base checkpoints."""

from __future__ import annotations

import pytest
from modelcheck.facts.checkpoint_name import CheckpointName
from modelcheck.facts.family_habit import family_habit
from modelcheck.testing.memory import MemorySource

from rules.identity.test_signals import TEMPLATE, TOKENIZER, seen

FILES = {"chat_template.jinja": TEMPLATE, "tokenizer_config.json": TOKENIZER, "generation_config.json": '{"eos_token_id": 2}'}


@pytest.mark.parametrize(
    ("name", "config", "kind"),
    [
        ("models/x", '{"model_type": "qwen2"}', "turn-end-usual"),
        ("models/x", '{"model_type": "llama"}', "turn-end"),
        ("models/x", '{"model_type": 5}', "turn-end"),
        ("models/x", "{broken", "turn-end"),
        ("acme/qwen2.5-7b-x", "{broken", "turn-end-usual"),
    ],
)
def test_a_broken_config_hides_no_other_evidence(name: str, config: str, kind: str) -> None:
    assert seen(name, "turn-end-is-eos", {**FILES, "config.json": config}) == [kind]


@pytest.mark.parametrize(
    ("files", "name", "ships"),
    [
        ({"config.json": '{"model_type": "qwen3"}'}, "x", True),
        ({"config.json": "[]"}, "x", False),
        ({}, "moonlight-16b-a3b", True),
        ({}, "x", False),
    ],
)
def test_the_habit_is_known_by_type_or_name(files: dict[str, str], name: str, *, ships: bool) -> None:
    habit = family_habit(MemorySource(files, name, kind="folder"), CheckpointName(name, None, name, is_id=False), None)
    assert habit.bases_ship_template is ships
