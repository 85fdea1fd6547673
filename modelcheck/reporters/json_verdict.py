"""The parts of the JSON report about a checkpoint: its verdict with evidence, and what its files allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelcheck.findings import Weighed
from modelcheck.reporters.json_finding import span_json
from modelcheck.verdict import Verdict

if TYPE_CHECKING:
    from modelcheck.facts.deferred.capabilities import Capabilities


ABILITIES = ("chat", "system_role", "tools", "reasoning_switch", "images")
"""The keys of capabilities that are supported or not."""


def verdict_json(verdict: Verdict | None) -> dict[str, Any] | None:
    """A verdict with its evidence: first what counted."""
    if verdict is None:
        return None
    decisive = [_evidence(weighed, counted=True) for weighed in verdict.decisive]
    superseded = [_evidence(weighed, counted=False) for weighed in verdict.superseded]
    return {
        "label": verdict.label,
        "p_instruct": rounded(verdict),
        "sub_labels": list(verdict.sub_labels),
        "evidence": decisive + superseded,
    }


def capabilities_json(found: Capabilities | None) -> dict[str, Any] | None:
    """What the files of a checkpoint allow."""
    if found is None:
        return None
    named = ((name, getattr(found, name)) for name in ABILITIES)
    return {
        **{
            name: {"supported": one.supported, "because": one.because, "at": span_json(one.at), "variable": one.variable}
            for name, one in named
        },
        "stop_ids": list(found.stop_ids),
        "stops": [
            {"engine": one.engine, "ids": list(one.ids), "tokens": list(one.tokens), "at_turn_end": one.at_turn_end}
            for one in found.stops
        ],
    }


def rounded(verdict: Verdict) -> float | None:
    """P(instruct) to four digits, None without evidence."""
    return None if verdict.p_instruct is None else round(verdict.p_instruct, 4)


def _evidence(weighed: Weighed, *, counted: bool) -> dict[str, Any]:
    evidence = weighed.evidence
    return {
        "signal": weighed.signal,
        "group": weighed.group,
        "kind": evidence.kind or None,
        "axis": str(evidence.axis),
        "weight": round(evidence.weight, 3),
        "counted": counted,
        "because": evidence.because,
        "at": span_json(evidence.at),
    }
