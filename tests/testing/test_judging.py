"""``judge``, ``observe`` and ``read_fact``: what the engine finds, and an AssertionError where nothing was looked at."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from modelcheck.api import ChatTemplate, ModelConfig
from modelcheck.testing.judging import judge, observe, read_fact

from conftest import Command, write_tree
from testing.pack import installed_pack

CONFIG = json.dumps({"model_type": "llama", "architectures": ["LlamaForCausalLM"]})
CARD = "---\nlicense: mit\n---\n# A title\n"


@pytest.fixture(scope="module", autouse=True)
def _pack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with installed_pack(tmp_path_factory.mktemp("site")):
        yield


@pytest.mark.parametrize("name", ["acme/thing-7b-base", "acme/thing-7b-instruct", "thing"])
def test_the_verdict_is_that_of_a_scan(name: str, modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path / "model", {"config.json": CONFIG})
    done = modelcheck("scan", "model", "--name", name, "--offline", "--budget", "weights", "--format", "json", cwd=tmp_path).json
    found = judge({"config.json": CONFIG}, name=name)
    assert found.label == done["checkpoints"][0]["verdict"]["label"]
    ours = {one.signal for one in found.evidence if not one.signal.startswith("named/")}
    assert ours == {one["signal"] for one in done["checkpoints"][0]["verdict"]["evidence"]}


def test_a_signal_counts_and_is_seen_by_name_and_by_function() -> None:
    files = {"config.json": CONFIG}
    assert judge(files, name="acme/x-helpdesk").label == "instruct"
    for signal in ("kitpack/named", sys.modules["kitpack.named"].named):
        assert [one.weight for one in observe(signal, files, name="acme/x-helpdesk")] == [4.0]
        assert observe(signal, files, name="acme/x") == []


def test_a_fact_is_read() -> None:
    assert read_fact(sys.modules["kitpack.title"].Title, {"README.md": CARD}).text == "A title"
    assert read_fact(ModelConfig, {"config.json": CONFIG}).model_type == "llama"


def title(name: str = "Title") -> Any:
    return getattr(sys.modules["kitpack.title"], name)


VACUOUS = {
    "judge: no checkpoint": (lambda: judge({"a.txt": ""}), "not those of a checkpoint"),
    "judge: no files": (lambda: judge({}), "would not judge them: none"),
    "judge: a file that cannot be read": (lambda: judge({"config.json": "{"}), "config.json"),
    "observe: no checkpoint": (lambda: observe("kitpack/named", {"a.txt": ""}), "not those of a checkpoint"),
    "observe: a fact is missing": (lambda: observe("named/templated", {"config.json": CONFIG}), "did not run: no chat template"),
    "read_fact: absent": (lambda: read_fact(title(), {"config.json": CONFIG}), "no Title: no README.md"),
    "read_fact: absent by its own word": (lambda: read_fact(title(), {"README.md": CARD[:-10]}), "the card has no title"),
    "read_fact: of ours": (lambda: read_fact(ChatTemplate, {"config.json": CONFIG}), "there is no ChatTemplate"),
    "read_fact: no provider": (lambda: read_fact(title("Nothing"), {"config.json": CONFIG}), "no installed plug-in has a @fact"),
    "read_fact: a broken file": (
        lambda: read_fact(ModelConfig, {"config.json": '{"model_type": 1,'}),
        "config.json cannot be read",
    ),
    "read_fact: a crash": (lambda: read_fact(title(), {"README.md": CARD.replace("# A title", "# crash")}), "KeyError"),
}


@pytest.mark.parametrize("case", VACUOUS)
def test_nothing_passes_without_being_looked_at(case: str) -> None:
    work, reason = VACUOUS[case]
    with pytest.raises(AssertionError, match=reason):
        work()


def test_a_misspelt_name_gets_a_hint() -> None:
    with pytest.raises(LookupError, match="did you mean 'kitpack/named'"):
        observe("kitpack/name", {"config.json": CONFIG})
