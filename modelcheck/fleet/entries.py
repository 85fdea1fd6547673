"""What is stored of a checkpoint and of a use, from the facts and findings of a run."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from modelcheck.engine.shared import Shared
from modelcheck.facts.chat_template import ChatTemplate
from modelcheck.facts.file_listing import PICKLES, FileListing
from modelcheck.facts.lineage import Lineage
from modelcheck.facts.model_card import ModelCard
from modelcheck.facts.model_config import ModelConfig
from modelcheck.findings import Severity
from modelcheck.report import CheckpointReport, Report, Reported, UseReport
from modelcheck.reporters.json_verdict import rounded
from modelcheck.sources import Source, Withholding

_PICKLES = (*PICKLES, ".pkl", ".pickle")
_MOST = 20
_LONGEST = 200


def checkpoint_row(checkpoint: CheckpointReport, source: Source, report: Report, shared: Shared) -> dict[str, Any]:
    """The columns of a checkpoint that are judged; None where a fact is missing."""
    facts = shared.checkpoints.facts(source)
    card, config, listing = facts.get(ModelCard), facts.get(ModelConfig), facts.get(FileListing)
    lineage, template = facts.get(Lineage), facts.get(ChatTemplate)
    verdict = checkpoint.verdict
    files = {} if listing is None else dict(source.files())
    return {
        "label": verdict.label if verdict else "unknown",
        "p_instruct": rounded(verdict) if verdict else None,
        "sub_labels": list(verdict.sub_labels) if verdict else [],
        "source": checkpoint.source,
        "model_type": config.model_type if config else None,
        "license": ", ".join(card.texts("license"))[:80] or None if card else None,
        "gated": int(isinstance(source, Withholding) and bool(source.withheld)),
        "base_models": [one.id or one.name for one in lineage.origins[:_MOST]] if lineage else [],
        "relation": lineage.relation if lineage and lineage.origins else None,
        "template": _digest(template.chosen.text) if template else None,
        "stop_ids": list(checkpoint.capabilities.stop_ids[:_MOST]) if checkpoint.capabilities else [],
        "pickles": sum(path.lower().endswith(_PICKLES) for path in files),
        "files": len(files),
        "bytes": sum(size or 0 for size in files.values()),
        "problem": checkpoint.unprobed or checkpoint.note,
        "probe": checkpoint.behaviour.outcome if checkpoint.behaviour else None,
        "margin": checkpoint.behaviour.margin if checkpoint.behaviour else None,
        **_counts(report.findings),
    }


def use_row(reported: UseReport, findings: Sequence[Reported]) -> dict[str, Any]:
    """The columns of a use. ``findings`` are those of its file's line."""
    use, verdict = reported.use, reported.verdict
    return {
        "path": use.at.path, "line": use.at.line, "model": use.model[:200], "target": use.target, "revision": use.revision,
        "engine": use.engine, "format": use.format, "purpose": use.purpose,
        "likely": int(use.likely), "label": verdict.label if verdict else None,
        "p_instruct": rounded(verdict) if verdict else None,
        "rules": dict(Counter(one.rule for one in findings).most_common(_MOST)), "broken": _broken(findings),
    }  # fmt: skip


def _counts(findings: list[Reported]) -> dict[str, Any]:
    severities = Counter(one.severity for one in findings)
    rules = Counter(one.rule for one in findings if one.severity > Severity.NOTE)
    return {
        "errors": severities[Severity.ERROR], "warnings": severities[Severity.WARNING],
        "rules": dict(rules.most_common(_MOST)), "broken": _broken(findings),
    }  # fmt: skip


def _broken(findings: Iterable[Reported]) -> dict[str, str]:
    """The rules whose findings are errors, each with the message of its first one."""
    first: dict[str, str] = {}
    for one in findings:
        if one.severity is Severity.ERROR and len(first) < _MOST:
            first.setdefault(one.rule, one.finding.message[:_LONGEST])
    return first


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
