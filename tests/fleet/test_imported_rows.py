"""What an import adds, and what it leaves as it is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from conftest import ROOT, write_tree
from fleet.conftest import Fleet, rows

FLEET = "SELECT name, version, label, license FROM fleet ORDER BY name"


@pytest.fixture
def scanned(fleet: Fleet, tmp_path: Path) -> Path:
    """A store of two checkpoints and a deployment, and an export of both tables."""
    for name in ("one", "two"):
        shutil.copytree(ROOT / "fixtures/tiny-base", tmp_path / "models" / name)
    write_tree(tmp_path / "deploy", {"run.sh": "vllm serve acme/Thing-7B-Base\n"})
    assert fleet("scan", "models", "deploy", "--offline").code == 0
    for table in ("fleet", "deployments"):
        fleet("export", f"{table}.jsonl", "--table", table)
    return tmp_path / "fleet.sqlite"


def test_an_older_export_brings_nothing_back(scanned: Path, fleet: Fleet, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "models/two")
    (tmp_path / "deploy/run.sh").write_text("vllm serve acme/Other-7B-Base\n")
    fleet("scan", "models", "deploy", "--offline")
    questions = FLEET, "SELECT tree, model FROM deployments"
    before = [rows(scanned, question) for question in questions]
    for table, left in (("fleet", 2), ("deployments", 1)):
        done = fleet("import", f"{table}.jsonl")
        assert (done.code, f"; {left} left out: the store has looked at them itself" in done.err) == (0, True), done.err
    assert [rows(scanned, question) for question in questions] == before
    fleet("scan", "models", "deploy", "--offline")
    assert fleet("diff").out == "no checkpoint and no use changed\n"


def test_a_newer_export_counts_until_the_next_scan(scanned: Path, fleet: Fleet, tmp_path: Path) -> None:
    card = tmp_path / "models/one/README.md"
    card.write_text("---\nlicense: apache-2.0\n---\n")
    fleet("scan", "models", "--offline", "--store", "other.sqlite")
    fleet("export", "newer.jsonl", "--store", "other.sqlite")
    text = (tmp_path / "newer.jsonl").read_text().replace('"judged": "20', '"judged": "21')  # the scans were in one second
    (tmp_path / "newer.jsonl").write_text(text)
    assert fleet("import", "newer.jsonl").code == 0
    assert ("apache-2.0" in str(rows(scanned, FLEET)), len(rows(scanned, FLEET))) == (True, 2)


def test_the_same_export_twice_is_no_change(scanned: Path, fleet: Fleet, tmp_path: Path) -> None:
    for _ in range(2):
        for table in ("fleet", "deployments"):
            assert fleet("import", f"{table}.jsonl", "--store", "new.sqlite").code == 0
    assert rows(tmp_path / "new.sqlite", FLEET) == rows(scanned, FLEET)
    assert len(rows(tmp_path / "new.sqlite", "SELECT * FROM deployments")) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [("x.jsonl", b"{"), ("x.csv", b'name\n"'), ("x.parquet", b"PAR1 cut"), ("x.parquet", b""), ("x.jsonl", b"\xff\xfe")],
)
def test_what_cannot_be_imported_makes_no_store(name: str, content: bytes, fleet: Fleet, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    done = fleet("import", name, "--store", "new.sqlite")
    assert (done.code, name in done.err, len(done.err.splitlines())) == (2, True, 1), done.err
    assert not (tmp_path / "new.sqlite").exists()
