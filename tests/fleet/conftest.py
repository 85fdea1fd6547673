"""A Hub, a folder, and the command on them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import Command, Done
from hub.server import Hub, running_hub

CARD = "---\nlicense: {license}\nlanguage: en\npipeline_tag: text-generation\nlibrary_name: transformers\n---\nA model.\n"
CONFIG = json.dumps({"model_type": "llama", "architectures": ["LlamaForCausalLM"]})


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running_hub() as made:
        made.page = 1000
        yield made


def model(hub: Hub, name: str, license_: str = "mit", **more: str) -> None:
    """A small model on the Hub; again with other files, it has another commit."""
    hub.add(name, {"config.json": CONFIG, "README.md": CARD.format(license=license_), **more})


Fleet = Callable[..., Done]


@pytest.fixture
def fleet(modelcheck: Command, hub: Hub, tmp_path: Path) -> Fleet:
    """``fleet("scan", "--author", "acme")`` in ``tmp_path``, against the Hub."""

    def run(*words: str | Path, timeout: float = 120) -> Done:
        return modelcheck("fleet", *words, cwd=tmp_path, env={"HF_ENDPOINT": hub.address}, timeout=timeout)

    return run


def rows(store: Path, query: str) -> list[tuple[Any, ...]]:
    """What a store holds, read by Python's own sqlite3."""
    with sqlite3.connect(store) as db:
        found = db.execute(query).fetchall()
    db.close()
    return found
