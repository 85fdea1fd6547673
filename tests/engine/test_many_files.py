"""A large folder is read in several processes, with the same result."""

from __future__ import annotations

from pathlib import Path

import pytest
from modelcheck.engine import many_files
from modelcheck.engine.cache.trace import TracedFolder
from modelcheck.engine.files import TreeReader
from modelcheck.engine.many_files import Processes, read_files
from modelcheck.engine.store import Trouble
from modelcheck.plugins import Plugins
from modelcheck.sources.folder import FolderSource

from conftest import Command, write_tree

COMPOSE = "services:\n  llm:\n    image: vllm/vllm-openai\n    command: --model acme/Thing-{0}B-Base {1}\n"
SCRIPT = "# modelcheck: ignore[deploy/floating-revision] fine\nM=acme/Oak-{0}b\nvllm serve $M\nsource ../nowhere/{0}.sh\n"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of 400 files, of which some do not parse, some name the same models, and one asks the others for chats."""
    folder = tmp_path_factory.mktemp("many")
    files = {".git/HEAD": "x", "client.py": "requests.post('http://llm:8000/v1/chat/completions')\n"}
    for number in range(200):
        files[f"s{number}/compose.yaml"] = COMPOSE.format(number % 50, "--tool-call-parser x" if number % 7 else "")
        files[f"s{number}/run.sh"] = SCRIPT.format(number)
    files |= {f"b{number}/compose.yaml": "services:\n  vllm: [\n" for number in range(9)}
    write_tree(folder, files)
    return folder


def report(modelcheck: Command, folder: Path, *options: str) -> object:
    found = modelcheck("scan", folder, "--offline", "--format", "json", "-v", *options, timeout=300).json
    return {name: value for name, value in found.items() if name not in ("seconds", "started")}


def test_the_report_is_the_same(many: Path, modelcheck: Command) -> None:
    alone = report(modelcheck, many, "--no-cache", "--jobs", "1")
    assert report(modelcheck, many, "--no-cache", "--jobs", "2") == alone
    assert report(modelcheck, many, "--jobs", "2") == alone
    assert report(modelcheck, many, "--jobs", "2") == alone  # from the cache


@pytest.mark.parametrize("worker", ["modelcheck.no_such_module", "this", "modelcheck.engine.file_worker"])
def test_what_a_process_does_not_read_is_read_all_the_same(worker: str, many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that does not start, one that answers what is no pickle, and one that works."""
    monkeypatch.setattr(many_files, "WORKER", worker)
    registry, tree = Plugins().registry, TracedFolder(FolderSource(many))
    paths, trouble, expected = sorted(tree.files()), Trouble(), Trouble()
    found = read_files(registry, tree, trouble, paths, Processes(3))
    alone = TracedFolder(FolderSource(many))
    whole = TreeReader(registry, alone, expected).scan(sorted(alone.files()))
    assert len(whole.uses) >= 250
    assert (found.uses, found.unresolved, found.left, found.read) == (whole.uses, whole.unresolved, whole.left, whole.read)
    assert list(trouble.broken) == list(expected.broken)
    assert len(trouble.broken) + len(found.left) >= 9
    assert tree.trace == alone.trace


def test_a_handful_is_read_by_this_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tree(tmp_path, {"run.sh": "vllm serve acme/Ivy-7b\n"})
    monkeypatch.setattr("subprocess.Popen", None)
    assert len(read_files(Plugins().registry, FolderSource(tmp_path), Trouble(), ["run.sh"], Processes(8)).uses) == 1
