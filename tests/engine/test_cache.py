"""What was found in files is kept for the next run: never when it could be another result, and never from what is scanned."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from modelcheck.engine.cache import folder as folders
from modelcheck.engine.cache import scanning
from modelcheck.engine.cache.trace import TracedFolder, same
from modelcheck.engine.files import TreeReader
from modelcheck.engine.many_files import Processes
from modelcheck.engine.store import Trouble
from modelcheck.facts.model_use import ModelUse
from modelcheck.plugins import Plugins
from modelcheck.sources.folder import FolderSource

from conftest import ROOT, Command, write_tree

COMPOSE = """services:
  llm:
    image: vllm/vllm-openai
    command: --model ${MODEL} --enable-auto-tool-choice
"""
POD = """apiVersion: v1
kind: Pod
metadata: {name: llm}
spec:
  containers:
    - name: llm
      image: vllm/vllm-openai
      args: ["--model", "$(MODEL)"]
      envFrom: [{configMapRef: {name: settings}}]
"""
FILES = {
    **{f"other/{number}.yaml": f"model: {number}\n" for number in range(60)},
    "app/compose.yaml": COMPOSE,
    "app/.env": "MODEL=meta-llama/Meta-Llama-3-8B\n",
    "app/run.sh": "vllm serve meta-llama/Meta-Llama-3-8B --enable-auto-tool-choice  # modelcheck: ignore[deploy] a test\n",
    "app/broken.yaml": "services:\n  a: [vllm\n",
    "cluster/pod.yaml": POD,
    "cluster/settings.yaml": "kind: ConfigMap\nmetadata: {name: settings}\ndata: {MODEL: Qwen/Qwen3-8B-Base}\n",
}
Scan = Callable[..., dict[str, Any]]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    write_tree(tmp_path / "tree", FILES)
    return tmp_path / "tree"


@pytest.fixture
def scan(modelcheck: Command, tmp_path: Path, tree: Path) -> Scan:
    """Scans with a cache, and checks that the report is the one without."""

    def run(*options: str, cwd: Path | None = None, cache: Path = tmp_path / "cache", target: str = "tree") -> dict[str, Any]:
        words = ("scan", target, "--offline", "--budget", "files", "-v", "--format", "json", *options)
        kept = modelcheck(*words, cwd=cwd, env={"MODELCHECK_CACHE": str(cache)})
        assert kept.out == modelcheck(*words, "--no-cache", cwd=cwd).out
        report: dict[str, Any] = kept.json
        return report

    return run


def entries(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache").glob("*.json"))


def test_the_second_run_reads_no_file_again_and_says_the_same(tree: Path, scan: Scan, tmp_path: Path) -> None:
    first = scan()
    (entry,) = entries(tmp_path)
    written = entry.stat().st_ino
    assert {finding["rule"] for finding in first["findings"]} >= {"deploy/base-weights-behind-chat"}
    assert first["suppressed"] and first["files"]
    assert scan() == first
    assert [one.stat().st_ino for one in entries(tmp_path)] == [written], "it was written once"


def test_unchanged_files_are_not_given_to_a_reader(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODELCHECK_CACHE", str(tmp_path / "cache"))
    registry, runs = Plugins().registry, []
    reading = TreeReader.scan
    monkeypatch.setattr(TreeReader, "scan", lambda self, paths: (runs.append(1), reading(self, paths))[1])

    def found() -> tuple[list[ModelUse], list[str], set[int]]:
        source, trouble = FolderSource(tree, boundary=tree), Trouble()
        scanned = scanning.scan(registry, source, trouble, list(source.files()), Processes())
        covered = {line for one in scanned.suppressions for line in one.covered}
        return scanned.uses, sorted(map(str, trouble.broken)), covered

    first = found()
    assert first[0] and first[1] and first[2] and len(runs) == 1
    assert found() == first and len(runs) == 1
    (tree / "app/.env").write_text("MODEL=acme/Ivy-7b\n")
    assert found()[0] != first[0] and len(runs) == 2


def write(path: str, text: str) -> Callable[[Path], object]:
    return lambda tree: write_tree(tree, {path: text})


CHANGES: dict[str, tuple[bool, Callable[[Path], object]]] = {
    "a deployment": (True, write("app/compose.yaml", COMPOSE.replace("${MODEL}", "acme/Ivy-7b"))),
    "the environment file beside it": (True, write("app/.env", "MODEL=acme/Ivy-7b\n")),
    "no environment file": (True, lambda tree: (tree / "app/.env").unlink()),
    "an override that was not there": (
        True,
        write("app/compose.override.yaml", "services:\n  llm:\n    command: --model acme/Ivy-7b\n"),
    ),
    "a ConfigMap in another file": (
        True,
        write("cluster/settings.yaml", "kind: ConfigMap\nmetadata: {name: settings}\ndata: {MODEL: acme/Ivy-7b}\n"),
    ),
    "another ConfigMap of the name": (
        False,
        write("b/settings.yaml", "kind: ConfigMap\nmetadata: {name: settings}\ndata: {MODEL: acme/Ivy-7b}\n"),
    ),
    "a comment less": (True, write("app/run.sh", "vllm serve meta-llama/Meta-Llama-3-8B --enable-auto-tool-choice\n")),
    "a comment more": (True, write("app/compose.yaml", COMPOSE.replace("choice", "choice  # modelcheck: ignore[deploy] x"))),
    "what Git ignores": (True, write(".gitignore", "app/\n")),
    "a new file": (True, write("new/run.sh", "vllm serve meta-llama/Meta-Llama-3-8B --enable-auto-tool-choice\n")),
    "a file less": (True, lambda tree: (tree / "app/run.sh").unlink()),
    "a broken file that is whole": (True, write("app/broken.yaml", "services: {}\n")),
    "a file that is a link now": (
        True,
        lambda tree: ((tree / "app/.env").rename(tree / "app/x.env"), (tree / "app/.env").symlink_to("/etc/hostname")),
    ),
    "the settings": (True, write("modelcheck.toml", '[ignore]\n"deploy" = "a test"\n')),
    "the time of a file": (False, lambda tree: (tree / "app/compose.yaml").touch()),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_every_change_that_can_change_a_result_does(what: str, tree: Path, scan: Scan) -> None:
    matters, change = CHANGES[what]
    first = scan()
    change(tree)
    second = scan()
    assert not matters or second != first
    assert scan() == second


def test_options_and_places_that_change_what_is_read_count(tree: Path, scan: Scan, tmp_path: Path) -> None:
    first = scan()
    assert scan("--exclude", "app/*") != first
    inside = scan(cwd=tree, target=".")
    assert {use["path"] for use in inside["uses"]} == {use["path"].removeprefix("tree/") for use in first["uses"]}
    assert scan("--select", "card") != first
    tree.rename(tmp_path / "moved")
    moved = scan(target="moved")
    assert {use["path"] for use in moved["uses"]} == {use["path"].replace("tree/", "moved/", 1) for use in first["uses"]}


def _signed(payload: bytes) -> bytes:
    return hashlib.sha256(payload).hexdigest().encode() + b"\n" + payload


def _changed(content: bytes, **values: Any) -> bytes:
    return _signed(json.dumps(json.loads(content.partition(b"\n")[2]) | values).encode())


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut off": lambda content: content[: len(content) // 2],
    "another byte": lambda content: content.replace(b"Meta-Llama-3-8B", b"Meta-Llama-3-9B", 1),
    "nested": lambda _: _signed(b"[" * 100_000),
    "no object": lambda _: _signed(b"[]"),
    "another format": lambda content: _changed(content, format=0, uses=[]),
    "a field too many": lambda content: _changed(content, uses=[[1] * 99]),
    "a use of wrong types": lambda content: _changed(content, uses=[[7] * 28]),
    "a trace of wrong types": lambda content: _changed(content, trace=[[1]]),
    "not text": lambda _: b"\xff" * 1000,
}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_entry_is_not_used(how: str, tree: Path, scan: Scan, tmp_path: Path) -> None:
    first = scan()
    (entry,) = entries(tmp_path)
    entry.write_bytes(DAMAGE[how](entry.read_bytes()))
    assert scan() == first
    assert _signed(entry.read_bytes().partition(b"\n")[2]) == entry.read_bytes(), "it is written anew"


def without_uses(cache: Path) -> None:
    """Make every entry one that hides all findings and that is intact otherwise."""
    for entry in cache.glob("*.json"):
        entry.write_bytes(_changed(entry.read_bytes(), uses=[]))


@pytest.mark.parametrize("place", [".modelcheck_cache", ".cache/modelcheck", "cache"])
def test_entries_that_a_scanned_folder_contains_hide_nothing(place: str, tree: Path, scan: Scan, tmp_path: Path) -> None:
    """Also not where the user's cache folder is, by a mistake, in the folder."""
    first = scan()
    without_uses(tmp_path / "cache")
    shutil.copytree(tmp_path / "cache", tree / place)
    shutil.rmtree(tmp_path / "cache")
    found = scan(cache=tree / place)
    assert found["findings"] == first["findings"]


def test_a_cache_folder_that_others_may_write_to_is_not_used(tree: Path, scan: Scan, tmp_path: Path) -> None:
    first = scan()
    without_uses(tmp_path / "cache")
    (tmp_path / "cache").chmod(0o777)
    assert scan() == first


def test_a_cache_folder_that_cannot_be_made_is_no_error(tree: Path, scan: Scan, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file\n")
    assert scan()["findings"]


def test_the_folder_says_what_it_is_and_does_not_grow_for_ever(
    tree: Path, scan: Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan()
    cache = tmp_path / "cache"
    assert (cache / ".gitignore").read_text() == "*\n"
    assert (cache / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")
    monkeypatch.setattr(folders, "_MOST", 2)
    for number in range(4):
        folders.save(cache, f"{number}", b"x")
    assert len(entries(tmp_path)) == 2


def test_a_few_files_are_read_each_time(scan: Scan, tmp_path: Path) -> None:
    write_tree(tmp_path / "few", {"run.sh": FILES["app/run.sh"]})
    assert scan(target="few")["uses"] and entries(tmp_path) == []


def test_readers_ask_a_folder_for_nothing_that_is_not_traced() -> None:
    texts = {path: path.read_text("utf-8") for path in (ROOT / "modelcheck/readers").rglob("*.py")}
    asked = {name for text in texts.values() for name in re.findall(r"\.tree\.(\w+)", text)}
    assert asked == {"read", "files", "place", "shown"}
    imported = {
        path.name for path, text in texts.items() if re.search(r"^(import os|from pathlib import .*\bPath\b)", text, re.MULTILINE)
    }
    assert imported == {"neighbours.py"}


def test_a_trace_says_whether_anything_differs(tree: Path) -> None:
    traced = TracedFolder(FolderSource(tree, boundary=tree))
    content = traced.read("app/.env", 100)
    assert traced.read_range("app/.env", 0, 5) == content[:5]
    assert traced.complete and {kind for kind, *_ in traced.trace} == {"read", "range"}
    traced.files(), traced.place("app")
    seen: dict[str, bytes] = {}

    def unchanged() -> bool:
        return same(FolderSource(tree, boundary=tree), traced.trace.items(), seen.__setitem__)

    assert unchanged() and seen == {"app/.env": content}
    (tree / "app/y").write_text("")
    assert not unchanged()
    (tree / "app/y").unlink()
    assert unchanged()
    traced.local("app/.env")
    assert not traced.complete
