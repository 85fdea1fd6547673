"""From settings to likely uses: a key that is named after a model, and a value that looks like one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from modelcheck.documents.located import Setting
from modelcheck.facts.model_use import ModelUse
from modelcheck.readers.launch.build import make_use, ollama_use
from modelcheck.readers.launch.likeness import is_model_key, looks_like_model
from modelcheck.readers.launch.model_variables import OLLAMA_TAG

SETTING_MENTIONS = (
    "model", "checkpoint", "ckpt", "pretrained", "teacher", "student", "repo_id", "hf_repo", "name_or_path", "llm",
)  # fmt: skip
"""A file with a key that is named after a model contains at least one of these."""


def uses_of_settings(settings: Iterable[Setting], format_: str) -> Iterator[ModelUse]:
    """The likely uses among settings, in their order."""
    for one in settings:
        if is_model_key(one.keys) and looks_like_model(one.value.text):
            yield replace(make_use(one.value, f"settings/{format_}", one.keys[-1]), likely=True)
        elif OLLAMA_TAG.fullmatch(one.value.text) and is_model_key(one.keys) and any("ollama" in key.lower() for key in one.keys):
            yield replace(ollama_use(one.value, f"settings/{format_}", "unknown", ()), likely=True)
