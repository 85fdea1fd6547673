"""Judges a checkpoint in memory: its verdict, what one signal observes of it, and one fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from modelcheck.config import Settings
from modelcheck.declarations import Signal
from modelcheck.engine.calling import RuleCaller
from modelcheck.engine.checkpoint import is_checkpoint
from modelcheck.engine.judging import Judge
from modelcheck.engine.store import FactStore, Missing
from modelcheck.findings import Cost, Evidence
from modelcheck.handles import AllEvidence
from modelcheck.report import Report
from modelcheck.testing.checking import Files, find, installed, prepare
from modelcheck.verdict import Verdict

T = TypeVar("T")


def judge(files: Files, *, name: str = "memory", others: Mapping[str, Files] | None = None) -> Verdict:
    """Return the verdict on a checkpoint made of ``files`` (path → content), with all evidence, as ``modelcheck scan`` gives it.

    ``name`` is the checkpoint's name; one with a slash counts as a Hub id. ``others`` are further checkpoints of the Hub, by id.

    Raises AssertionError if the files are not those of a checkpoint, if one of them cannot be read, and if something crashes.
    """
    found = _facts(files, name, others).get(Verdict)
    if found is None:
        raise AssertionError("there is no verdict on these files")
    return found


def observe(
    signal: str | Callable[..., Any], files: Files, *, name: str = "memory", others: Mapping[str, Files] | None = None
) -> list[Evidence]:
    """Return the evidence that a signal, by its name or its function, yields for a checkpoint. Otherwise called as ``judge`` is.

    Raises AssertionError as ``judge`` does, and with the reason if the signal was skipped.
    """
    chosen = find_signal(signal)
    store = _facts(files, name, others)
    skipped = store.skipped_signals.get(chosen.name)
    if skipped is not None:
        raise AssertionError(f"{chosen.name} did not run: {skipped.reason}")
    return [one.evidence for one in store.get(AllEvidence) or () if one.signal == chosen.name]


def read_fact(kind: type[T], files: Files, *, name: str = "memory", others: Mapping[str, Files] | None = None) -> T:
    """Return a fact of a checkpoint, by its class. The arguments are those of ``judge``.

    Raises AssertionError as ``judge`` does, and with the reason if the fact is missing.
    """
    store = _facts(files, name, others, kind)
    found = store.look_up(kind)
    if not isinstance(found, Missing):
        value: T = found.value
        return value
    for crash in store.trouble.crashes:
        raise AssertionError(crash.details)
    known = kind in store.registry.facts or kind in store.registry.roots
    hint = "" if known else ": no installed plug-in has a @fact function that returns it"
    raise AssertionError(f"there is no {kind.__name__}: {found.reason}{hint}")


def find_signal(signal: str | Callable[..., Any]) -> Signal:
    """Return a signal by its name or its function. Raises LookupError."""
    return find("signal", installed().registry.signals, signal)


def _facts(files: Files, name: str, others: Mapping[str, Files] | None, kind: type | None = None) -> FactStore:
    """The facts of a checkpoint that was judged without trouble; ``kind`` may be missing, or broken."""
    shared, source = prepare(files, Settings(offline=True, budget=Cost.WEIGHTS), name, others)
    if not is_checkpoint(source, source.files()):
        raise AssertionError(
            f"these files are not those of a checkpoint, so modelcheck would not judge them: {', '.join(sorted(files)) or 'none'}. "
            "Add a config.json, a model card with front matter, or weights"
        )
    report = Report()
    Judge(shared, report, RuleCaller(shared, report)).verdict_only(name, source)
    for error in report.errors:
        raise AssertionError(error.details or error.message)
    if kind is not None:
        shared.registry.want(kind)
    for found in report.findings if kind is None else ():
        raise AssertionError(f"{found.finding.at}: {found.finding.message}")
    return shared.checkpoints.facts(source)
