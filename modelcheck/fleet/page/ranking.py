"""Which deployments come first: points for what can go wrong, by a table that the page and docs/fleet.md state too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from modelcheck.fleet.page.rows import Checkpoint, Use
from modelcheck.patterns import lazy
from modelcheck.records import record

MOST = 20
"""Deployments that are shown."""
SERVED = frozenset(("chat", "completion", "embedding", "rerank", "reward", "draft", "unknown"))
"""The purposes of a deployment; the others train, merge or publish."""
_OF_HUB = lazy(r"[^./~][^/]*/[^/]+")
_BRANCHES = frozenset(("main", "master", "latest", "head"))
_NO_COMMERCE = lazy(r"(?i)\bcc-by-nc\b|\bnon-?commercial\b")
_BASE, _TEMPLATE, _CODE = "deploy/base-weights-behind-chat", "deploy/chat-without-template", "deploy/remote-code-without-revision"
_PICKLE = "security/pickle-only"
_OWN = frozenset((_BASE, _TEMPLATE, _CODE))


@record(eq=True)
class Reason:
    """Why a deployment has points. ``rule`` is the finding behind it, None where the store's columns say it."""

    says: str
    points: int
    rule: str | None = None


@record()
class Kind:
    """A row of the table: what counts, its points (for each finding, if ``each``), and when it holds.

    ``holds`` is asked with a use, its checkpoint (None if it is not in the store) and the severities by rule; it returns the rules
    behind it, or None for a reason without a rule.
    """

    says: str
    points: int
    holds: Callable[[Use, Checkpoint | None, Mapping[str, str]], Iterable[str | None]]
    each: bool = False


def _found(rule: str) -> Callable[..., Iterable[str | None]]:
    return lambda use, *_: (rule,) if rule in use.rules else ()


def _severe(severity: str) -> Callable[..., Iterable[str | None]]:
    return lambda use, _, severities: (rule for rule in use.rules if rule not in _OWN and severities.get(rule) == severity)


def _of_checkpoint(
    chosen: Callable[[str, Mapping[str, str]], bool],
) -> Callable[[Use, Checkpoint | None, Mapping[str, str]], Iterable[str | None]]:
    return lambda _, checkpoint, severities: (rule for rule in (checkpoint.rules if checkpoint else ()) if chosen(rule, severities))


def _when(condition: Callable[[Use, Checkpoint | None], bool]) -> Callable[..., Iterable[str | None]]:
    return lambda use, checkpoint, _: (None,) if condition(use, checkpoint) else ()


def _floats(use: Use, _: Checkpoint | None) -> bool:
    """Whether a server loads a model of the Hub from what its publisher can change."""
    named = use.revision is None or use.revision.lower() in _BRANCHES
    return named and use.engine != "client" and re.fullmatch(_OF_HUB.pattern, use.target) is not None


def _licence_missing(_: Use, checkpoint: Checkpoint | None) -> bool:
    return checkpoint is not None and checkpoint.files > 0 and not checkpoint.gated and checkpoint.license is None


def _no_commerce(_: Use, checkpoint: Checkpoint | None) -> bool:
    return bool(checkpoint and checkpoint.license and _NO_COMMERCE.search(checkpoint.license))


KINDS = (
    Kind("a base model behind a chat API", 8, _found(_BASE)),
    Kind("another error in the deployment", 5, _severe("error"), each=True),
    Kind(
        "a security error in the checkpoint", 5,
        _of_checkpoint(lambda rule, severities: rule.startswith("security/") and severities.get(rule) == "error"), each=True,
    ),
    Kind("chat without a chat template", 4, _found(_TEMPLATE)),
    Kind("weights only as pickle, which can run code when loaded", 4, _of_checkpoint(lambda rule, _: rule == _PICKLE)),
    Kind("the checkpoint's own code is run at no fixed revision", 3, _found(_CODE)),
    Kind("another warning in the deployment", 2, _severe("warning"), each=True),
    Kind("loaded from the Hub at no fixed revision", 2, _when(_floats)),
    Kind("the licence excludes commercial use", 2, _when(_no_commerce)),
    Kind(
        "another error in the checkpoint", 1,
        _of_checkpoint(lambda rule, severities: not rule.startswith("security/") and severities.get(rule) == "error"), each=True,
    ),
    Kind("no licence is stated", 1, _when(_licence_missing)),
    Kind(
        "serves chat, and whether it is base or instruct is not known", 1,
        _when(lambda use, _: use.purpose == "chat" and use.label == "unknown"),
    ),
)  # fmt: skip
"""The most points first."""


@record()
class Risk:
    """A deployment: one model in one repository, with all places that use it."""

    tree: str
    target: str
    places: tuple[Use, ...]
    reasons: tuple[Reason, ...]
    label: str | None

    @property
    def points(self) -> int:
        """The sum over its reasons."""
        return sum(reason.points for reason in self.reasons)

    @property
    def order(self) -> tuple[Any, ...]:
        """Most points first, then most reasons, then by name: the same store gives the same order."""
        return -self.points, -len(self.reasons), self.tree, self.target


def ranked(uses: Iterable[Use], checkpoints: Mapping[str, Checkpoint], severities: Mapping[str, str]) -> list[Risk]:
    """Every deployment with points, the riskiest first. ``checkpoints`` by name, ``severities`` by rule."""
    places: dict[tuple[str, str], list[Use]] = {}
    for use in uses:
        if use.purpose in SERVED and not use.likely:
            places.setdefault((use.tree, use.target), []).append(use)
    found = [_risk(group, checkpoints.get(target), severities) for (_, target), group in places.items()]
    return sorted((one for one in found if one.points), key=lambda one: one.order)


def _risk(group: list[Use], checkpoint: Checkpoint | None, severities: Mapping[str, str]) -> Risk:
    """The reasons of all places, each once: a model that one file names ten times is one deployment."""
    by_reason: dict[Reason, Use] = {}
    for use in group:
        for reason in _reasons(use, checkpoint, severities):
            by_reason.setdefault(reason, use)
    reasons = sorted(by_reason, key=lambda one: (-one.points, one.says))
    first = by_reason[reasons[0]] if reasons else group[0]
    places = (first, *(use for use in group if use is not first))
    return Risk(first.tree, first.target, places, tuple(reasons), checkpoint.label if checkpoint else first.label)


def _reasons(use: Use, checkpoint: Checkpoint | None, severities: Mapping[str, str]) -> Iterator[Reason]:
    for kind in KINDS:
        for rule in kind.holds(use, checkpoint, severities):
            yield Reason(kind.says if not (kind.each and rule) else f"{kind.says}: {rule}", kind.points, rule)
