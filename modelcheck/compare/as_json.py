"""A comparison as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from modelcheck.compare.comparison import Comparison, Outcome, Paired
from modelcheck.compare.wording import answers

VERSION = 1


def as_json(made: Comparison) -> str:
    """One object; every value by conversation is in the order of ``held``."""
    return json.dumps(
        {
            "version": VERSION,
            "answer": answers(made),
            "interrupted": made.interrupted,
            "data": {
                "files": [
                    {"path": path, "shape": shape, "sha256": made.data.digests[path]} for path, shape in made.data.shapes.items()
                ],
                "rows": made.data.rows,
                "conversations": len(made.data.conversations),
                "left_out": dict(made.data.left_out),
                "left_out_for_every_start": dict(made.refused),
                "learned_from": len(made.parts.train),
                "held": [{"where": one.where, "task": one.task} for one in made.parts.held],
                "near": list(made.parts.near),
                "languages": made.languages,
            },
            "starts": [_start(one) for one in made.outcomes],
            "triage": [_pair(pair) for pair in made.triage],
            "pairs": [_pair(pair) for pair in made.pairs],
            "by_task": [{"task": task, **_pair(pair)} for task, pair in made.by_task],
            "steps": made.steps,
            "full_steps": made.full,
            "options": {key: str(value) if key == "work" else value for key, value in asdict(made.options).items()},
            "versions": made.versions,
        },
        indent=1, ensure_ascii=False,
    )  # fmt: skip


def _start(one: Outcome) -> dict[str, Any]:
    return {
        "name": one.name,
        "revision": one.start.revision,
        "digest": one.digest,
        "label": one.start.label,
        "p_instruct": one.start.p_instruct,
        "format": one.format.name,
        "problem": one.problem,
        "run": one.run,
        "triage": one.triage,
        "trained": [asdict(seed) for seed in one.trained],
    }


def _pair(pair: Paired) -> dict[str, Any]:
    return {
        "measure": pair.measure, "better": pair.better, "other": pair.other, "decided": pair.decided, "p_value": pair.p,
        "relative": pair.relative, "continued": pair.continued, **asdict(pair.difference),
    }  # fmt: skip
