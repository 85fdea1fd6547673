"""Runs each part of a plug-in on given inputs, within a limit of time, and shows what came out."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from typing import TypeVar

from modelcheck.config import Settings
from modelcheck.declarations import Declared, Fact, Reader, Rule
from modelcheck.engine.files import TreeReader
from modelcheck.engine.store import Known, Trouble
from modelcheck.engine.target import TargetRun
from modelcheck.errors import Crash, Exceeded
from modelcheck.findings import Cost, Evidence, Finding
from modelcheck.limits import Limit
from modelcheck.pages import Page, read_page
from modelcheck.records import record
from modelcheck.sources import Source
from modelcheck.testing.checking import Files, example, installed, prepare
from modelcheck.testing.conformance.hostile import CHECKPOINT, GGUF_CHECKPOINT
from modelcheck.testing.conformance.pack import Pack
from modelcheck.testing.memory import MemorySource
from modelcheck.testing.tiny import content

T = TypeVar("T")
MAX_SECONDS = 2.0
"""Processor time that a part may take for one hostile input; a scan stops it after three."""
_ADDRESS = re.compile(r"\b0x[0-9a-f]+\b")


@record()
class Folder:
    """Files of a checkpoint or a tree, under a name, with other checkpoints of the Hub."""

    files: Files
    name: str = "memory"
    others: Mapping[str, Files] = field(default_factory=dict)


def folders(pack: Pack) -> Iterator[Folder]:
    """The folders that a pack's documentation has, after two small checkpoints."""
    yield Folder(CHECKPOINT)
    yield Folder(GGUF_CHECKPOINT)
    for rule in pack.rules.values():
        yield from folders_of_rule(rule)
    for record_ in (*pack.signals.values(), *pack.facts.values()):
        yield from filter(None, (example_of(record_),))


def folders_of_rule(rule: Rule) -> Iterator[Folder]:
    """The folders under ``## Bad`` and ``## Good``."""
    for section in ("Bad", "Good"):
        files, name, others = example(rule.name, section)
        if files:
            yield Folder(files, name, others)


def example_of(record_: Declared) -> Folder | None:
    """The files under ``## Example`` of a signal, a fact or a reader; None if there are none."""
    page: Page = read_page(record_.function)
    files = {path: content(*fence) for path, fence in page.files("Example").items()}
    return Folder(files, page.called("Example") or "memory") if files else None


def bounded(what: str, work: Callable[[], T], seconds: float = MAX_SECONDS) -> T:
    """Return what ``work`` returns. Raises AssertionError about ``what`` if it takes too long."""
    try:
        return Limit(seconds).run(work)
    except Exceeded as why:
        raise AssertionError(f"{what}: it {why}. Bound what it does for one file: look at a part, or stop") from None


def run_on_checkpoint(record_: Declared, folder: Folder, pack: str, what: str) -> object:
    """Return what a rule about checkpoints, a signal or a fact makes of a checkpoint; None if it was skipped."""
    shared, source = prepare(folder.files, Settings(offline=True, budget=Cost.WEIGHTS), folder.name, folder.others)
    store = shared.checkpoints.facts(source)
    if isinstance(record_, Fact):
        shared.registry.want(record_.kind)
        store.arguments(record_)
        found = bounded(what, lambda: store.look_up(record_.kind))
        _no_crash(store.trouble.crashes, pack, what)
        return found.value if isinstance(found, Known) else None
    of = Finding if isinstance(record_, Rule) else Evidence
    store.arguments(record_)
    out = bounded(what, lambda: store.run(record_, of=of))
    _no_crash(store.trouble.crashes, pack, what)
    return out if isinstance(out, list) else None


def run_rule(rule: Rule, folder: Folder, pack: str, what: str) -> object:
    """Return what a rule finds; None if it was skipped."""
    if installed().registry.scope(rule) == "checkpoint":
        return run_on_checkpoint(rule, folder, pack, what)
    settings = Settings(select=(rule.name,), offline=True, budget=Cost.WEIGHTS)
    shared, source = prepare(folder.files, settings, folder.name, folder.others)
    work = TargetRun(shared)
    bounded(what, lambda: work.scan_tree(folder.name, source), MAX_SECONDS + _reading(source))
    for error in work.report.errors:
        if f"{rule.name} of {pack} crashed" in error.message:  # other parts have checks of their own
            raise AssertionError(f"{what}: {error.message}\n{error.details}")
    return [one.finding for one in work.report.findings if one.rule == rule.name]


def _reading(source: Source) -> float:
    """Seconds that all readers take for these files, which are not the rule's."""
    begin = time.thread_time()
    TreeReader(installed().registry, source, Trouble()).scan(list(source.files()))
    return time.thread_time() - begin


def run_reader(reader: Reader, path: str, content_: bytes, pack: str, what: str) -> object:
    """Return what all readers find in a file."""
    trouble = Trouble()
    tree = TreeReader(installed().registry, MemorySource({path: content_}), trouble)
    scanned = bounded(f"{reader.name}: {what}", lambda: tree.scan([path]))
    _no_crash(trouble.crashes, pack, what)
    return scanned.uses


def shown(outcome: object) -> str:
    """An outcome as a text that is the same in every process if the outcome is."""
    return _ADDRESS.sub("0x", repr(outcome))


def _no_crash(found: list[Crash], pack: str, what: str) -> None:
    for crash in found:
        if crash.plugin == pack:
            raise AssertionError(f"{what}: {crash.name} crashed: {crash.cause}\n{crash.details}")
