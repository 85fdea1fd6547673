"""The entries of a lock, from the facts that a run has computed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from modelcheck.engine.lock.file import Locked
from modelcheck.engine.references import key
from modelcheck.engine.related import unread
from modelcheck.engine.shared import Shared
from modelcheck.facts.interface import Interface
from modelcheck.facts.sibling import BaseSibling, InstructSibling
from modelcheck.findings import Axis
from modelcheck.report import Report
from modelcheck.sources.target import OWNED_ID
from modelcheck.verdict import Verdict


def not_asked(entries: Iterable[str], shared: Shared) -> dict[str, str]:
    """Return the keys for which the Hub could not be asked, or for something that the verdict rests on; with the reason."""
    found = {}
    for name in entries:
        id_, _, revision = name.partition("@")
        store = shared.checkpoints.facts(shared.references.hub(id_, revision or None))
        why = shared.references.not_asked(id_, revision or None) or "; ".join(unread(store).values())
        if why:
            found[name] = why
    return found


def lock_entries(report: Report, shared: Shared) -> dict[str, Locked]:
    """Return the entry of every Hub checkpoint that a run's files use, by its key."""
    found = {}
    for reported in report.uses:
        use = reported.use
        if reported.verdict is None or use.target is None or not use.of_hub:
            continue
        name = key(use.target, use.revision)
        if name not in found:
            found[name] = _entry(use.target, use.revision, reported.verdict, shared)
        for other in use.adapters:
            if other not in found and re.fullmatch(OWNED_ID, other):  # a folder of the tree is not locked
                verdict = shared.checkpoints.facts(shared.references.hub(other, None)).get(Verdict)
                found |= {other: _entry(other, None, verdict, shared)} if verdict else {}
    return found


def _entry(id_: str, revision: str | None, verdict: Verdict, shared: Shared) -> Locked:
    source = shared.references.hub(id_, revision)
    facts = shared.checkpoints.facts(source)
    sibling = facts.get(InstructSibling) or facts.get(BaseSibling)
    # The revision of a mere name is the one that a file asks for, which may not exist.
    commit = source.revision if source.kind in ("hub", "cache") else None
    axis = Axis.TASK if verdict.label == "not-applicable" else Axis.STAGE
    strongest = [one.evidence for one in verdict.decisive if one.evidence.weight and one.evidence.axis is axis][:3]
    because, nats = tuple(one.because for one in strongest), tuple(round(one.weight, 2) for one in strongest)
    return Locked(
        commit, verdict.label, verdict.p_instruct, verdict.sub_labels, because, nats,
        sibling.name if sibling else None, sibling.verified if sibling else False,
        facts.get(Interface),
    )  # fmt: skip
