"""The parts of the JSON report about what was skipped, and about uses. ``saved_parts`` reads them back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from modelcheck.report import Skipped, UseReport
from modelcheck.reporters.json_finding import span_json
from modelcheck.reporters.json_verdict import rounded

if TYPE_CHECKING:
    pass


def skipped_json(skipped: Iterable[Skipped], *, listed: bool) -> dict[str, Any]:
    """The keys ``skipped_by_reason``, with counts, and ``skipped``, which is empty unless ``listed``."""
    shown = tuple(skipped)
    counts = Counter((one.reason, one.signal, one.ordinary, one.remedy) for one in shown)
    every = ({"rule": one.rule, **_why(one.reason, one.signal, one.ordinary, one.remedy)} for one in shown)
    return {
        "skipped": list(every) if listed else [],
        "skipped_by_reason": [{**_why(*why), "count": count} for why, count in counts.items()],
    }


def _why(reason: str, signal: bool, ordinary: bool, remedy: str | None) -> dict[str, Any]:  # noqa: FBT001 - fields of Skipped
    """A reason; its properties only where they are set, since there are many."""
    more = (("signal", signal), ("ordinary", ordinary), ("remedy", remedy))
    return {"reason": reason} | {key: value for key, value in more if value}


def use_json(reported: UseReport, *, listed: bool) -> dict[str, Any]:
    """One use of a checkpoint by a file."""
    use, verdict = reported.use, reported.verdict
    return {
        "path": use.at.path,
        "line": use.at.line,
        "column": use.at.column,
        "format": use.format,
        "engine": use.engine,
        "model": use.model,
        "written": use.written,
        "resolved": use.target is not None,
        "unresolved": use.unresolved or None,
        "used_at": span_json(use.used_at),
        "revision": use.revision,
        "quant": use.quant,
        "tokenizer": use.tokenizer,
        "template": use.template,
        "adapter": use.adapter,
        "method": use.method,
        "served_name": use.served_name,
        "addresses": list(use.addresses),
        "purpose": use.purpose,
        "because": list(use.because),
        "likely": use.likely,
        **skipped_json((one for one in reported.skipped if not one.ordinary), listed=listed),
        "verdict": None if verdict is None else verdict.label,
        "p_instruct": None if verdict is None else rounded(verdict),
    }
