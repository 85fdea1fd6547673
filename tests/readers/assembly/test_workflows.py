"""Expressions in GitHub's workflows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from readers.assembly.trees import Told, uses_of

W = ".github/workflows/x.yml"
MATRIX = "jobs:\n  a:\n    strategy:\n      matrix:\n"
SERVE = "    - run: vllm serve ${{ %s }} --tool-call-parser hermes\n"

WORKFLOWS: Mapping[str, tuple[str, set[Told]]] = {
    "a variable of the workflow": (
        "env:\n  M: acme/Ivy-7b\njobs:\n  a:\n    steps:\n" + SERVE % "env.M",
        {(W, 2, "acme/Ivy-7b", "chat")},
    ),
    "each element of a matrix": (
        "jobs:\n  a:\n    strategy:\n      matrix:\n        model: [acme/Ivy-7b,\n          acme/Oak-9b]\n    steps:\n"
        + SERVE % "matrix.model",
        {(W, 5, "acme/Ivy-7b", "chat"), (W, 6, "acme/Oak-9b", "chat")},
    ),
    "entries that a matrix includes": (
        f"{MATRIX}        include:\n        - {{id: acme/Ivy-7b, n: 1}}\n        - id: acme/Oak-9b\n    steps:\n"
        + SERVE % "matrix.id",
        {(W, 6, "acme/Ivy-7b", "chat"), (W, 7, "acme/Oak-9b", "chat")},
    ),
    "an input with a default": (
        "on:\n  workflow_dispatch:\n    inputs:\n      model:\n        default: acme/Ivy-7b\njobs:\n  a:\n    steps:\n"
        + SERVE % "inputs.model",
        {(W, 5, "acme/Ivy-7b", "chat")},
    ),
    "a default in the expression": (
        "jobs:\n  a:\n    steps:\n" + SERVE % "inputs.model || 'acme/Ivy-7b'",
        {(W, 4, "acme/Ivy-7b", "chat")},
    ),
    "a variable with several values, and one that is not there": (
        "env: {M: acme/Ivy-7b}\njobs:\n  a:\n    env: {M: acme/Oak-9b}\n    steps:\n" + SERVE % "env.M" + SERVE % "vars.N",
        set(),
    ),
}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow(name: str, tmp_path: Path) -> None:
    text, expected = WORKFLOWS[name]
    assert {one for one in uses_of(tmp_path, {W: text}) if one[3] == "chat" and "{{" not in one[2]} == expected
    assert expected == set() or not {one for one in uses_of(tmp_path, {W: text}) if "{{" in one[2]}
