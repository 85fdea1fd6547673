"""Which folders are checkpoints, and what is said of checkpoints in folders below."""

from __future__ import annotations

import pytest
from modelcheck.config import Settings
from modelcheck.engine.checkpoint import is_checkpoint
from modelcheck.testing import MemorySource
from modelcheck.testing.checking import run

from rules.cases import CHATML, dumps

CONFIG = dumps(model_type="qwen2", architectures=["Qwen2ForCausalLM"])
FOLDERS: list[tuple[dict[str, str], bool]] = [
    ({"chat_template.jinja": CHATML}, True),
    ({"chat_template.jinja": CHATML, "README.md": "# Thing\n", "LICENSE": "MIT"}, True),
    ({"chat_template.jinja": CHATML, "Cargo.toml": "[package]\n", "src/main.rs": ""}, False),
    ({"chat_template.jinja": CHATML, "package.json": "{}", "README.md": "# An application\n"}, False),
    ({"chat_template.jinja": CHATML, "app.py": "", "tokenizer_config.json": "{}"}, True),
    ({"params.json": "{}", "consolidated.00.pth": "x"}, True),
    ({"params.json": "{}", "train.py": ""}, False),
    ({"config.json": CONFIG, "app.py": ""}, True),
]


@pytest.mark.parametrize(("files", "wanted"), FOLDERS)
def test_a_program_that_keeps_a_template_is_no_checkpoint(files: dict[str, str], wanted: bool) -> None:
    assert is_checkpoint(MemorySource(files), files) is wanted


def test_a_checkpoint_in_a_folder_that_no_file_uses_is_named() -> None:
    files = {
        "README.md": "# Repository\n",
        "models/out/config.json": CONFIG,
        "models/out/text_encoder/config.json": CONFIG,
        "models/lora/adapter_config.json": "{}",
        "web/config.json": '{"theme": "dark"}',
    }
    report = run(files, Settings(offline=True))
    assert sorted(report.files_left) == ["models/lora/adapter_config.json", "models/out/config.json"]
    assert report.checkpoints == []


def test_the_parts_of_a_checkpoint_are_not() -> None:
    report = run({"config.json": CONFIG, "1_Pooling/config.json": CONFIG}, Settings(offline=True))
    assert report.files_left == {}
