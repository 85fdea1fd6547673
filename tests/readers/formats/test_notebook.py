"""Notebooks: Python's variables in the commands of cells, on disk and through the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from readers.assembly.trees import uses_of

SERVE = "vllm serve %s --tool-call-parser hermes\n"


def notebook(*cells: list[str]) -> str:
    """As Jupyter writes it: a line of JSON for each line of a cell, so that line n of the first cell is line 5 + n."""
    made = [{"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": cell} for cell in cells]
    return json.dumps({"cells": [{"source": one["source"]} | one for one in made], "nbformat": 4}, indent=1)


@pytest.mark.parametrize(
    "cells",
    [
        (["M = 'acme/Ivy-7b'\n"], [f"!{SERVE % '$M'}"]),
        (["M = 'acme/Ivy-7b'\n"], [f"!{SERVE % '{M}'}"]),
        (["M = 'acme/Ivy-7b'\n", f"!{SERVE % '${M}'}"],),
        (["import os; os.environ['M'] = 'acme/Ivy-7b'\n"], [f"!{SERVE % '$M'}"]),
        (["%env M=acme/Ivy-7b\n"], ["%%bash\n", SERVE % "$M"]),
        (["ORG = 'acme'; M = f'{ORG}/Ivy-7b'\n"], [f"!{SERVE % '$M'}"]),
    ],
)
def test_a_command_with_a_variable(cells: tuple[list[str], ...], tmp_path: Path) -> None:
    assert uses_of(tmp_path, {"a.ipynb": notebook(*cells)}) == {("a.ipynb", 5, "acme/Ivy-7b", "chat")}


@pytest.mark.parametrize(
    "setting", ["M = input()\n", "M = a if x else b\n", "def f(:\n", "M = ['acme/Ivy-7b', 'acme/Oak-9b'][0]\n"]
)
def test_a_variable_that_is_not_known_stays_as_written(setting: str, tmp_path: Path) -> None:
    models = {model for _, _, model, _ in uses_of(tmp_path, {"a.ipynb": notebook([setting], [f"!{SERVE % '$M'}"])})}
    assert "$M" in models


def test_braces_of_another_program_are_no_variables(tmp_path: Path) -> None:
    cell = ["print = 'acme/Ivy-7b'\n", "!nvidia-smi | awk '{print $1}'\n", f"!{SERVE % 'acme/Oak-9b'}"]
    assert ("a.ipynb", 7, "acme/Oak-9b", "chat") in uses_of(tmp_path, {"a.ipynb": notebook(cell)})
