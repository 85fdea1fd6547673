"""What is fetched ahead of the facts that read it: all that they read, and nothing that they do not."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from modelcheck.config import Settings
from modelcheck.engine.related import fetch_ahead
from modelcheck.engine.shared import Shared
from modelcheck.engine.target import TargetRun
from modelcheck.findings import Cost
from modelcheck.plugins import Plugins
from modelcheck.testing import MemorySource
from modelcheck.verdict import Verdict

from hub.server import fixture_files

CHECKPOINTS = ("tiny-base", "tiny-instruct", "base-with-template", "shard-missing", "wrong-eos", "instruct-without-template")
MORE = {
    "LICENSE": "Permission is hereby granted, free of charge, to any person obtaining a copy",
    "special_tokens_map.json": "{}",
    "chat_template.json": '{"chat_template": "{{ messages }}"}',
    "additional_chat_templates/tools.jinja": "{{ tools }}",
    ".eval_results/gsm8k.yaml": "- value: 1\n",
    "adapter_config.json": '{"base_model_name_or_path": "acme/thing"}',
    "mergekit_config.yml": "models: []\n",
    "notes.md": "nothing reads this",
}
IF_THE_REST_LACKS_THEM = {"tokenizer.json", "added_tokens.json", "pytorch_model.bin.index.json"}


class Recording(MemorySource):
    """On a Hub that nobody has to run: notes what is fetched ahead, and what is read."""

    ahead = 8

    def __init__(self, files: dict[str, bytes | str]) -> None:
        super().__init__(files, "acme/thing", "hub")
        self.fetched: list[str] = []
        self.seen: set[str] = set()

    def fetch(self, paths: Collection[str]) -> None:
        self.fetched += [path for path in paths if path not in self.fetched]

    def read(self, path: str, limit: int) -> bytes:
        content = super().read(path, limit)
        self.seen.add(path)
        return content

    def read_range(self, path: str, start: int, length: int) -> bytes:
        return super().read(path, 2**40)[start : start + length]


def scanned(source: Recording, *select: str) -> Recording:
    plugins = Plugins()
    run = TargetRun(Shared(plugins.registry, plugins, Settings(select=select, budget=Cost.NETWORK)))
    run.judge("acme/thing", source)
    return source


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_what_is_fetched_is_what_is_read(name: str) -> None:
    source = scanned(Recording(fixture_files(name)))
    assert source.fetched
    assert source.seen - set(source.fetched) <= IF_THE_REST_LACKS_THEM
    assert set(source.fetched) <= source.seen


def test_every_file_that_a_fact_declares_is_read() -> None:
    source = scanned(Recording({**fixture_files("tiny-instruct"), **MORE}))
    assert set(MORE) - set(source.fetched) == {"notes.md"}
    assert set(source.fetched) <= source.seen


@pytest.mark.parametrize("select", ["security", "card", "config", "identity", "tokenizer"])
def test_nothing_is_fetched_that_no_selected_rule_asks_for(select: str) -> None:
    source = scanned(Recording({**fixture_files("tiny-instruct"), **MORE}), select)
    assert set(source.fetched) <= source.seen
    assert "LICENSE" in source.fetched or select != "card"
    assert "LICENSE" not in source.fetched or select == "card"


def test_a_fact_of_another_checkpoint_fetches_what_that_fact_reads() -> None:
    plugins = Plugins()
    source = Recording(fixture_files("tiny-instruct"))
    store = Shared(plugins.registry, plugins, Settings(budget=Cost.NETWORK)).checkpoints.facts(source)
    fetch_ahead(store, (), (Verdict,))
    assert {"config.json", "README.md", "tokenizer_config.json"} <= set(source.fetched)


def test_signals_that_are_ignored_fetch_nothing() -> None:
    plugins = Plugins()
    source = Recording(fixture_files("tiny-instruct"))
    settings = Settings(budget=Cost.NETWORK, ignore=dict.fromkeys(plugins.registry.signals, ""))
    fetch_ahead(Shared(plugins.registry, plugins, settings).checkpoints.facts(source), (), (Verdict,))
    assert source.fetched == []
