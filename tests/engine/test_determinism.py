"""The same files give the same verdict, whatever the order of targets, plug-ins or files."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from modelcheck.config import Settings
from modelcheck.engine.shared import Shared
from modelcheck.engine.target import TargetRun
from modelcheck.plugins import Plugins
from modelcheck.registry import Registry
from modelcheck.testing.checking import _InMemory
from modelcheck.testing.memory import MemorySource
from modelcheck.verdict import Verdict

from conftest import ROOT, Command

FIXTURES = sorted(path.name for path in (ROOT / "fixtures").iterdir() if (path / "config.json").exists())


def files(fixture: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((ROOT / "fixtures" / fixture).iterdir()) if path.is_file()}


def reversed_registry() -> Registry:
    registry = Plugins().registry
    for table in (registry.signals, registry.facts, registry.rules, registry.readers):
        entries = list(table.items())  # type: ignore[attr-defined]
        table.clear()
        table.update(reversed(entries))  # type: ignore[arg-type]
    return registry


def judged(content: Mapping[str, bytes], registry: Registry) -> Verdict | None:
    work = TargetRun(Shared(registry, _InMemory({}), Settings(offline=True)))
    work.judge("x", MemorySource(content, "acme/x", kind="hub"))
    return work.report.checkpoints[0].verdict


@pytest.mark.parametrize("fixture", FIXTURES)
def test_the_order_of_files_and_plug_ins_does_not_matter(fixture: str) -> None:
    content = files(fixture)
    expected = judged(content, Plugins().registry)
    assert expected is not None
    assert judged(dict(reversed(content.items())), reversed_registry()) == expected


def test_the_order_of_targets_does_not_matter(modelcheck: Command) -> None:
    def verdicts(names: list[str], *more: str) -> dict[str, object]:
        done = modelcheck("scan", *names, "--offline", "--format", "json", *more, cwd=ROOT / "fixtures")
        return {one["target"]: one["verdict"] for one in done.json["checkpoints"]}

    there = verdicts(FIXTURES)
    assert len(there) == len(FIXTURES)
    assert verdicts(FIXTURES[::-1], "--jobs", "4") == there
