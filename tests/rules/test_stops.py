"""Which engines a finding about stop tokens names: as seen with real engines (``tests/real_engines/test_stops.py``)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Command
from real_engines.derivations import DERIVATIONS, derive

TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
ADDED = [{"id": number, "content": text} for number, text in enumerate(("<|endoftext|>", "<|im_start|>", "<|im_end|>"))]
FILES = {
    "config.json": json.dumps({"model_type": "llama"}),
    "generation_config.json": "{}",
    "tokenizer_config.json": "{}",
    "tokenizer.json": json.dumps({"added_tokens": ADDED}),
    "chat_template.jinja": TEMPLATE,
}


@pytest.mark.parametrize("name", DERIVATIONS)
def test_the_engines_that_run_on_are_named(name: str, modelcheck: Command, tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    for file, text in FILES.items():
        (model / file).write_text(text)
    stops = DERIVATIONS[name]
    folder = derive(name, model, tmp_path / "thing-7b-instruct")
    done = modelcheck(
        "scan",
        folder,
        "--offline",
        "--select",
        "template/turn-end-not-eos",
        "--select",
        "template/engines-stop-differently",
        "--format",
        "json",
    )
    (found,) = done.json["findings"]
    assert (found["rule"],) == stops.rules
    assert stops.says in found["message"]
