"""Every rule on checkpoints of every kind of source in which something is missing or spoilt: none crashes, and each that cannot run
says why. ``-s`` prints the number of cells: rules times checkpoints or uses."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import constants
from modelcheck.config import Settings
from modelcheck.engine.lock.file import FILE, VERSION
from modelcheck.engine.opening import Opener
from modelcheck.engine.run import Run
from modelcheck.findings import Cost
from modelcheck.plugins import Plugins
from modelcheck.report import Report
from modelcheck.sources import Access, Opened
from modelcheck.sources.target import Target
from modelcheck.testing import MemorySource
from modelcheck.testing.checking import example, run

from conftest import write_tree
from hub.server import running_hub
from rules.fault import Fault
from rules.faults_of_files import CARDS, TENSORS
from rules.faults_of_uses import FINETUNING, SERVED
from rules.spoiling import Files, spoilt, with_other_values
from rules.whole import ADAPTER, GGUF, GGUF_KEYS, THING, WHOLE, gguf_file, uses
from served.server import answering, send

PLUGINS = Plugins()
REGISTRY = PLUGINS.registry
RULES = sorted(REGISTRY.rules)
OF_USE = {name for name, rule in REGISTRY.rules.items() if REGISTRY.scope(rule) == "use"}
OFFLINE = Settings(offline=True, budget=Cost.WEIGHTS, profiles=("eu-ai-act",))
ONLINE = Settings(budget=Cost.WEIGHTS, profiles=("eu-ai-act",))


def assert_sound(report: Report, what: object = "") -> None:
    """No rule crashed, and each that was skipped has a reason. Prints the cells."""
    assert not [error.details or error.message for error in report.errors if error.kind == "crash"], what
    judged = [checkpoint.skipped for checkpoint in report.checkpoints if checkpoint.asked]
    used = [use.skipped for use in report.uses if use.verdict]
    assert all(skipped.reason.strip() for every in (*judged, *used) for skipped in every), what
    print(f"\ncells: {len(judged) * (len(RULES) - len(OF_USE)) + len(used) * len(OF_USE)}")  # noqa: T201 - for docs/benchmarks.md


def scan(targets: Iterable[str | Path], settings: Settings = OFFLINE, opener: Opener = PLUGINS) -> Report:
    return Run(REGISTRY, opener, settings, jobs=4).scan(list(map(str, targets)))


def tree_of_uses(folder: Path, names: Iterable[str]) -> Path:
    for index, name in enumerate(names):
        write_tree(folder, uses(name, index))
    return folder


def spoilt_wholes() -> dict[str, Files]:
    """The three checkpoints, and each spoilt in every way, by names that say nothing."""
    ways = [(what, files) for what, whole in WHOLE.items() for files in (whole, *(one for _, one in spoilt(whole)))]
    return {f"acme/{what}-{index}": files for index, (what, files) in enumerate(ways)}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_survives_its_own_example_spoilt(rule: str) -> None:
    """The files under Bad, where the rule runs to its end."""
    files, name, others = example(rule, "Bad")
    alone = Settings(select=(rule,), offline=True, budget=Cost.WEIGHTS)
    for what, changed in (*spoilt(files), *with_other_values(files)):
        if FILE not in what:  # an invalid lock is an error of the command
            assert_sound(run(changed, alone, name, others), what)
    for other, theirs in others.items():
        for what, changed in (*spoilt(theirs), *with_other_values(theirs)):
            assert_sound(run(files, alone, name, {**others, other: changed}), what)


@pytest.mark.parametrize("fault", [*CARDS, *TENSORS, *FINETUNING, *SERVED], ids=lambda fault: f"{fault.rule}-{fault.says}")
def test_all_rules_survive_a_known_fault_spoilt(fault: Fault) -> None:
    for what, changed in spoilt(fault.files):
        assert_sound(run(changed, OFFLINE, fault.name, fault.others), what)


VALUES = {
    **{f"{path} of a folder": with_other_values(THING, [path]) for path in THING},
    "adapter_config.json": with_other_values(ADAPTER, ["adapter_config.json"]),
    "GGUF keys": (
        (f"{key} = {value!r}", {**GGUF, "thing-Q4_K_M.gguf": gguf_file(**{key: value})})
        for key in GGUF_KEYS
        for value in (True, 7, 1.5, "x", [], ["x"], [7])
    ),
}


@pytest.mark.parametrize("file", VALUES)
def test_a_folder_with_a_value_of_another_type(file: str, tmp_path: Path) -> None:
    """Each value of each file, once of each other type."""
    folders = [write_tree(tmp_path / str(index), files) for index, (_, files) in enumerate(VALUES[file])]
    assert_sound(scan(folders))


def test_folders_and_links_that_lead_nowhere(tmp_path: Path) -> None:
    """Also a folder in place of each file, and a link to nothing."""
    folders = {
        name.replace("/", "-"): write_tree(tmp_path / name.replace("/", "-"), files) for name, files in spoilt_wholes().items()
    }
    for what, files in WHOLE.items():
        for index, path in enumerate(files):
            for kind in ("folder", "link"):
                whole = folders[f"{what}-{kind}-{index}"] = write_tree(tmp_path / f"{what}-{kind}-{index}", files)
                (whole / path).unlink()
                (whole / path).mkdir() if kind == "folder" else (whole / path).symlink_to("nowhere")
    assert_sound(scan([*folders.values(), tree_of_uses(tmp_path, (f"./{name}" for name in folders))]))


def test_the_hub_gated_repositories_the_cache_and_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A fifth of the repositories is gated; without the Hub these are known by their names only."""
    wholes = spoilt_wholes()
    with running_hub() as hub:
        monkeypatch.setattr(constants, "ENDPOINT", hub.address)
        for index, (name, files) in enumerate(wholes.items()):
            hub.add(name, files, gated=index % 5 == 4)
        tree = tree_of_uses(tmp_path, wholes)
        online = scan([*wholes, tree], ONLINE)
    offline = scan([*wholes, tree])
    assert {one.source for one in (*online.checkpoints, *offline.checkpoints)} >= {"hub", "cache", "name"}
    assert {error.kind for error in online.errors} == {"gated"}
    assert_sound(online)
    assert_sound(offline)


LAYERS = {
    "model": gguf_file(), "template": b"{{ .System }}<|im_start|>{{ .Prompt }}{{ .Response }}",
    "params": b'{"stop": ["<|im_end|>"]}', "system": b"You are a ship.", "license": b"MIT License", "adapter": gguf_file(),
}  # fmt: skip


def test_the_store_of_ollama(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OLLAMA_MODELS", str(tmp_path))
    names = []
    for index, (_, layers) in enumerate((("", LAYERS), *spoilt(LAYERS))):
        listed = []
        for kind, content in layers.items():
            raw = content if isinstance(content, bytes) else content.encode()
            digest = hashlib.sha256(raw).hexdigest()
            write_tree(tmp_path, {f"blobs/sha256-{digest}": raw} if index % 2 else {})
            listed.append({"mediaType": f"application/vnd.ollama.image.{kind}", "digest": f"sha256:{digest}", "size": len(raw)})
        write_tree(tmp_path, {f"manifests/registry.ollama.ai/library/thing{index}/latest": json.dumps({"layers": listed})})
        names.append(f"ollama://thing{index}")
    report = scan(names)
    assert len(report.checkpoints) >= len(names) - 2
    assert_sound(report)


ANSWER = {
    "choices": [{"message": {"content": "Yes."}, "text": "Yes.", "finish_reason": "stop",
                 "logprobs": {"content": [{"logprob": -0.1, "token": "Yes"}]}}],
    "usage": {"completion_tokens": 2},
}  # fmt: skip


def test_servers_whose_answers_lack_something() -> None:
    """Each value of an answer, once of each other type; and no answer, one that is cut off or a page, at each status."""
    ways = [(str(text), 200) for _, files in with_other_values({"a.json": json.dumps(ANSWER)}) for text in files.values()]
    ways += [
        (body, status) for body in ("", '{"choices": [', "<html>", "{}", json.dumps(ANSWER)) for status in (200, 400, 404, 500)
    ]

    def answer(handler: BaseHTTPRequestHandler) -> None:
        body, status = ways[int(handler.path.split("/")[1])]
        models = handler.command == "GET"
        send(handler, b'{"data": [{"id": "acme/thing"}]}' if models else body.encode(), 200 if models else status)

    with answering(answer) as address:
        assert_sound(scan((address.replace("/v1", f"/{index}/v1") for index in range(len(ways))), ONLINE))


ENTRY: Mapping[str, Any] = {
    "commit": "a" * 40, "label": "instruct", "p-instruct": 0.99, "sub-labels": ["merge"], "because": ["its name"],
    "sibling": "acme/Thing-7B", "sibling-verified": True,
    "interface": {"chat": "none", "abilities": ["tools"], "vocabulary": 8, "tokens": ["0 a"], "eos": "a", "shape": [4, 1],
                  "parent": "acme/Thing-7B", "drafts": True},
}  # fmt: skip


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {toml(one)}' for key, one in value.items() if one is not None) + "}"
    return "[" + ", ".join(toml(one) for one in value if one is not None) + "]" if isinstance(value, list) else json.dumps(value)


@pytest.mark.parametrize("label", ["base", "instruct", "unknown", "not-applicable"])
def test_a_lock_whose_entries_lack_something(label: str, tmp_path: Path) -> None:
    """Each field missing, and of each other type; a lock is invalid only without a label and a probability."""
    whole = {**ENTRY, "label": label}
    of_no_id = {**whole, "interface": {"tokens": ["a"]}}
    ways = [json.loads(text) for _, files in with_other_values({"a.json": json.dumps(whole)}) for text in files.values()]
    ways = [
        whole,
        of_no_id,
        *({key: whole[key] for key in whole if key != left} for left in whole if left not in ("label", "p-instruct")),
        *ways,
    ]
    valid = [way for way in ways if isinstance(way, dict) and way.get("label") == label and way.get("p-instruct") == 0.99]
    names = [f"acme/thing-{index}" for index in range(len(valid))]
    entries = [f'"{name}" = {toml(way)}\n' for name, way in zip(names, valid, strict=True)]
    lock = tmp_path / FILE
    lock.write_text(f"version = {VERSION}\n[checkpoint]\n" + "".join(entries))
    tree = tree_of_uses(tmp_path / "tree", [*names, "acme/not-in-the-lock"])
    assert_sound(scan([tree], Settings(offline=True, lock=lock)))


class WithoutFacts:
    """Opens ``acme/KIND-FACT``: a whole checkpoint that says of one fact that it is missing (the protocol ``WithFacts``)."""

    def __init__(self) -> None:
        self.sources: dict[str, MemorySource] = {}
        for what, files in WHOLE.items():
            for fact in REGISTRY.facts:
                name = f"acme/{what}-{fact.__name__}"
                self.sources[name] = MemorySource(files, name, kind="hub")
                self.sources[name].facts = {fact: None}  # type: ignore[attr-defined]

    def open(self, target: Target, access: Access) -> Opened | None:
        source = self.sources.get(target.id or "")
        return Opened(source, "tests") if source else PLUGINS.open(target, access)


def test_every_fact_missing(tmp_path: Path) -> None:
    opener = WithoutFacts()
    report = scan([*opener.sources, tree_of_uses(tmp_path, opener.sources)], OFFLINE, opener)
    assert len(report.checkpoints) >= len(REGISTRY.facts) * len(WHOLE)
    assert_sound(report)
