"""Facts that plug-ins get cannot be changed, all the way down, and are otherwise what they were."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from modelcheck.documents.yamlfile import parse_yaml
from modelcheck.facts.model_config import ModelConfig
from modelcheck.facts.model_use import ModelUse
from modelcheck.findings import Span
from modelcheck.read_only import ReadOnly, read_only
from modelcheck.testing.memory import MemorySource

from author_mistakes import GOOD, PACK, PAGE, READ, RULE
from conftest import Command, plugin, plugin_path, write_tree

CONFIG = '{"model_type": "llama", "rope": {"factor": 2.0, "list": [1, [2]]}, "eos_token_id": [1, 2]}'


@dataclass(frozen=True)
class Thing:
    """A fact of a plug-in's."""

    names: list[str]
    by_name: dict[str, set[int]]


def thing() -> Thing:
    return read_only(Thing(["a"], {"a": {1}}))  # type: ignore[no-any-return]


def config() -> ModelConfig:
    from modelcheck.facts.model_config import model_config

    return read_only(model_config(MemorySource({"config.json": CONFIG})))  # type: ignore[no-any-return]


def yaml() -> Any:
    return read_only(parse_yaml("a.yaml", b"a: {b: [1, 2]}\n"))


CHANGES: dict[str, Callable[[], object]] = {
    "a key": lambda: config().data.__setitem__("a", 1),
    "no key": lambda: config().data.__delitem__("rope"),
    "a key that may be there": lambda: config().data.setdefault("a", 1),
    "a key below": lambda: config().data["rope"].update(factor=1),
    "an element": lambda: config().data["rope"]["list"].append(1),
    "an element below": config().data["rope"]["list"][1].clear,
    "another mapping": lambda: config().token_ids.pop("eos_token_id"),
    "a field": lambda: setattr(config(), "model_type", "x"),
    "a field below": lambda: setattr(config().file, "path", "x"),
    "no field": lambda: delattr(config(), "file"),
    "a node": yaml().documents[0].children.clear,
    "a field of a node below": lambda: setattr(yaml().documents[0].get("a", "b"), "text", "x"),
    "a use": lambda: setattr(read_only(ModelUse("a", "a", "a", Span("x"), "b", "c")), "model", "x"),
    "a list of a plug-in's": thing().names.sort,
    "a set of a plug-in's": lambda: thing().by_name["a"].add(1),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_change_raises(case: str) -> None:
    with pytest.raises(ReadOnly, match="is read-only, since other rules get the same"):
        CHANGES[case]()


def test_what_reads_it_sees_what_it_was() -> None:
    found, plain = (
        config(),
        json.loads('{"model_type": "llama", "rope": {"factor": 2.0, "list": [1, [2]]}, "eos_token_id": [1, 2]}'),
    )
    assert found.data == plain
    assert json.loads(json.dumps(found.data)) == plain
    assert isinstance(found, ModelConfig)
    assert isinstance(found.data, dict)
    assert isinstance(found.data["rope"]["list"], list)
    assert found.value("rope")["factor"] == 2.0
    assert str(found.at("rope")).startswith("config.json:1:")
    assert repr(found).startswith("ModelConfig(file=JsonFile(path='config.json'")
    use = ModelUse("a", "a", "a", Span("x", 1), "b", "c")
    same = read_only(dataclasses.replace(use))
    assert (same, hash(same), same.at) == (use, hash(use), Span("x", 1))
    assert use == same


def test_what_is_nested_too_deeply_stays_as_it_is() -> None:
    deep: Any = []
    for _ in range(5000):
        deep = [deep]
    assert read_only(deep) is deep


def test_a_copy_can_be_changed() -> None:
    found = config()
    copied = copy.deepcopy(found.data)
    copied["rope"]["list"][1].append(3)
    assert (type(copied), type(copied["rope"]), type(copied["rope"]["list"])) == (dict, dict, list)
    (found.data | {"a": 1})["b"] = 2
    other = dataclasses.replace(found, model_type="x")
    other.model_type = "y"  # type: ignore[misc]
    assert (found.model_type, type(other)) == ("llama", ModelConfig)
    for kept in (copy.copy(found), pickle.loads(pickle.dumps(found))):
        assert type(kept) is ModelConfig
        assert kept.data == found.data


HEAD = "from modelcheck.api import Checkpoints, Finding, ModelCard, ModelConfig, ModelUse, YamlFile, fact, reader, rule, signal\n"
SHARED = {
    "a rule": (RULE + "def bad(card: ModelCard):\n" + PAGE + "    card.data.setdefault('language', 'en')\n    yield\n", 22),
    "a rule about uses": (RULE + "def bad(use: ModelUse):\n" + PAGE + "    use.model = 'x'\n    yield\n", 22),
    "a signal": ('@signal(group="acme")\ndef bad(config: ModelConfig):\n    config.data["x"] = 1\n    yield\n', 4),
    "a reader": (READ + "def bad(file: YamlFile):\n    file.documents[0].children.clear()\n    yield\n", 4),
}


@pytest.mark.parametrize("case", SHARED)
def test_a_function_that_changes_what_it_shares_is_told(case: str, modelcheck: Command, tmp_path: Path) -> None:
    code, line = SHARED[case]
    site = plugin(tmp_path / "site", {"acme/__init__.py": PACK, "acme/house/fine.py": GOOD, "acme/house/bad.py": HEAD + code})
    write_tree(tmp_path, {
        "model/config.json": '{"model_type": "llama"}',
        "model/README.md": "---\nlicense: mit\n---\n# x\n",
        "compose.yaml": "services:\n  a:\n    image: vllm/vllm-openai\n    command: --model acme/x-base --tool-call-parser y\n",
    })  # fmt: skip
    targets = ("model", "compose.yaml")
    done = modelcheck("scan", *targets, "--offline", "--format", "json", cwd=tmp_path, env=plugin_path(site))
    (crash,) = [one["message"] for one in done.json["errors"]]
    assert done.code == 3
    assert "house/bad of acme crashed: ReadOnly: " in crash
    assert crash.endswith(f"at site/acme/house/bad.py:{line}"), crash
    expected = {"house/fine", "card/language-missing", "deploy/base-weights-behind-chat"}
    assert expected <= {one["rule"] for one in done.json["findings"]}, "others have seen what the files say"
