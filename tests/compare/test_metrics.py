"""Metrics of written answers: those built in, and those of packages."""

from __future__ import annotations

from pathlib import Path

import pytest
from modelcheck.compare.metrics import BUILT_IN, metric
from modelcheck.errors import Misuse

from conftest import write_tree

CASES = [
    ("exact-match", "Paris.", "paris", 1.0), ("exact-match", "Paris, France", "Paris", 0.0),
    ("contains", "It is Paris, I think", "Paris", 1.0),
    ("contains", "Rome", "Paris", 0.0), ("f1", "the red house", "the house", 0.8), ("f1", "x", "y", 0.0), ("f1", "", "", 1.0),
    ("exact-match", "a\n b", "A b", 1.0),
]  # fmt: skip


@pytest.mark.parametrize(("name", "written", "wanted", "value"), CASES)
def test_built_in(name: str, written: str, wanted: str, value: float) -> None:
    assert metric(name)(written, wanted) == pytest.approx(value)
    assert name in BUILT_IN


def test_a_package_brings_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = "[modelcheck.metrics]\nlength = measured:length\nbroken = nowhere:x\nnumber = measured:NUMBER\n"
    write_tree(tmp_path, {
        "measured.py": "NUMBER = 3\ndef length(written, wanted):\n    return float(len(written) == len(wanted))\n",
        "measured-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: measured\nVersion: 1\n",
        "measured-1.dist-info/entry_points.txt": entries,
    })  # fmt: skip
    monkeypatch.syspath_prepend(tmp_path)
    assert metric("length")("abc", "xyz") == 1.0
    for name, why in (
        ("broken", "cannot be imported: ModuleNotFoundError"),
        ("number", "is no function"),
        ("lenght", "did you mean 'length'"),
    ):
        with pytest.raises(Misuse, match=why):
            metric(name)
