"""``modelcheck.judge``: the verdict on one checkpoint, for other programs. What is here is public and stable."""

from __future__ import annotations

import os
from functools import cache
from typing import Any, Literal

from modelcheck.config import Settings
from modelcheck.engine.shared import Shared
from modelcheck.engine.target import TargetRun
from modelcheck.errors import Broken, TargetError
from modelcheck.facts.deferred.capabilities import Capabilities, Capability, Stops
from modelcheck.findings import Cost, Span, SubLabel, Weighed
from modelcheck.plugins import Plugins
from modelcheck.records import record
from modelcheck.report import CheckpointReport
from modelcheck.verdict import Label

__all__ = ["Capabilities", "Capability", "Judgement", "Observation", "Stops", "judge"]

_REQUESTS = 8
"""To the Hub at a time, as in a scan."""
Budget = Literal["files", "network", "weights", "generate"]


@record(eq=True)
class Observation:
    """One piece of evidence.

    ``weight`` is a log-likelihood ratio in nats: positive for instruct, negative for base. ``counted`` is False if a stronger one
    of the same ``group`` counts in its place. With ``about_task`` it is about whether the model writes text at all, and positive
    means that it does not. ``at`` is the place in a file, if there is one.
    """

    because: str
    weight: float
    counted: bool
    signal: str
    group: str
    about_task: bool = False
    at: Span | None = None


@record(eq=True)
class Judgement:
    """What a checkpoint is.

    ``label`` is ``base`` (completes text), ``instruct`` (answers), ``unknown`` if the evidence does not decide, or
    ``not-applicable`` for what does not write text, and for an adapter alone. ``p_instruct`` is the calibrated probability that it
    is an instruct model, None if that does not apply.
    ``evidence`` is sorted, what counted first. ``revision`` is the commit, where it is known.

    ``capabilities`` is what the files allow; None if no files are known. It does not depend on the label: many base models ship a
    chat template. ``note`` says what the judgement rests on if that is not all files, ``problems`` what could not be read.
    """

    target: str
    label: Label
    p_instruct: float | None
    evidence: tuple[Observation, ...] = ()
    sub_labels: tuple[SubLabel, ...] = ()
    capabilities: Capabilities | None = None
    source: str = "folder"
    revision: str | None = None
    note: str | None = None
    problems: tuple[str, ...] = ()

    @property
    def probability(self) -> float | None:
        """The probability of the label; None for ``unknown`` and ``not-applicable``."""
        if self.p_instruct is None or self.label not in ("base", "instruct"):
            return None
        return self.p_instruct if self.label == "instruct" else 1 - self.p_instruct


def judge(target: str | os.PathLike[str], *, budget: Budget = "network", offline: bool = False, timeout: float = 30.0) -> Judgement:
    """Return whether a checkpoint is a base or an instruct model, with evidence and what it can be asked for.

    ``target`` is what ``modelcheck scan`` takes for one checkpoint: a folder, a GGUF file, a Hub id such as ``org/name`` or
    ``org/name@revision``, ``ollama://name``, or the URL of an OpenAI-compatible server. ``budget`` is the most expensive kind of
    evidence: small files, further requests to the Hub, bytes of the weights, or running the model. ``offline`` uses local files,
    the Hub's cache and names only. ``timeout`` is in seconds, for the Hub. No configuration file is read; installed plug-ins count.

    May be called from many threads. Nothing that a checkpoint contains is executed in this process.

    Raises TargetError if the target does not exist, is no checkpoint or cannot be read (its ``kind`` says which), ValueError for a
    budget of another name, and PluginError if an installed plug-in cannot be loaded.
    """
    if budget.upper() not in Cost.__members__:
        raise ValueError(f"budget must be one of {', '.join(map(str, Cost))}, not {budget!r}")
    text = os.fspath(target)
    if not isinstance(text, str):
        raise TypeError("target must be a str or a path of str, not bytes")
    settings = Settings(budget=Cost[budget.upper()], offline=offline, timeout=timeout)
    plugins = _plugins()
    if plugins.mistakes:
        raise plugins.mistakes[0]
    run = TargetRun(Shared(plugins.registry, plugins, settings, _REQUESTS))
    try:
        report = run.verdict(text)
    except Broken as broken:
        raise TargetError("unreadable", f"{text} {broken}") from broken
    errors = run.report.errors
    for error in errors:
        if error.kind not in ("crash", "plugin") and (report.verdict is None or report.verdict.label == "unknown"):
            raise TargetError(error.kind, error.message)
    problems = (*(error.message for error in errors), *(found.finding.message for found in run.report.findings))
    return _judgement(report, tuple(dict.fromkeys(problems)))


@cache
def _plugins() -> Plugins:
    return Plugins()


def _judgement(report: CheckpointReport, problems: tuple[str, ...]) -> Judgement:
    verdict = report.verdict
    evidence = [(one, True) for one in verdict.decisive] + [(one, False) for one in verdict.superseded] if verdict else []
    return Judgement(
        target=report.target,
        label=verdict.label if verdict else "unknown",
        p_instruct=verdict.p_instruct if verdict else None,
        evidence=tuple(_observation(one, counted=counted) for one, counted in evidence),
        sub_labels=verdict.sub_labels if verdict else (),
        capabilities=report.capabilities,
        source=report.source,
        revision=report.revision,
        note=report.note,
        problems=problems,
    )


def _observation(weighed: Weighed, *, counted: bool) -> Observation:
    one: Any = weighed.evidence
    return Observation(
        one.because, one.weight, counted, weighed.signal, weighed.group, about_task=str(one.axis) == "task", at=one.at
    )
