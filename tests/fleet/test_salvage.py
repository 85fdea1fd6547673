"""Of a damaged store what can be read is exported, as the message about it advises."""

from __future__ import annotations

import json
import random
import sqlite3
from pathlib import Path

import pytest
from modelcheck.fleet.salvage import readable_rows

from fleet.conftest import Fleet, rows
from synthetic_fleet import uses_of, write_scan

PAGE = 4096


def made(path: Path) -> None:
    fleet = {f"acme/Thing-{number}B": {"label": "base", "p_instruct": 0.1, "license": "mit"} for number in range(400)}
    for scan in range(2):
        write_scan(path, dict(list(fleet.items())[: 400 - 20 * scan]), uses_of(fleet, 300))


@pytest.mark.parametrize("table", ["fleet", "deployments", "checkpoints", "scans"])
def test_of_a_whole_store_all_is_read(table: str, tmp_path: Path) -> None:
    path = tmp_path / "fleet.sqlite"
    made(path)
    columns, found = readable_rows(path, table)
    said = rows(path, f"SELECT {', '.join(columns)} FROM {table}")
    assert sorted(found, key=str) == sorted(said, key=str)


def test_what_another_set_of_targets_misses_is_not_brought_back(tmp_path: Path) -> None:
    path = tmp_path / "fleet.sqlite"
    made(path)
    with sqlite3.connect(path) as db:
        db.execute("INSERT INTO scans (scope, judged_by, tool, started, ended) VALUES ('other', 'x', 'x', 'x', 'x')")
        db.execute("INSERT INTO scopes VALUES ('acme/Thing-7B', 'other')")
    db.close()
    names = {row[1] for row in readable_rows(path, "fleet")[1]}
    assert names == {name for (name,) in rows(path, "SELECT name FROM fleet")}
    assert "acme/Thing-7B" not in names


def test_one_bad_page_loses_what_is_on_it(fleet: Fleet, tmp_path: Path) -> None:
    path = tmp_path / "fleet.sqlite"
    made(path)
    whole, pages = path.read_bytes(), path.stat().st_size // PAGE
    pick, kept = random.Random(3), []
    for number in pick.sample(range(1, pages), 12):
        content = bytearray(whole)
        content[number * PAGE : (number + 1) * PAGE] = bytes([number % 256]) * PAGE
        path.write_bytes(content)
        scan = fleet("scan", "nothing", "--offline")
        assert scan.code == 2 or "is damaged" not in scan.err, scan.err
        path.write_bytes(content)
        done = fleet("export", "x.jsonl")
        assert done.code in (0, 4), done.err
        found = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text().splitlines()]
        assert all(one["name"].startswith("acme/Thing-") for one in found)
        if done.code == 4:
            assert "is damaged, and no more of it can be read" in done.err
            kept.append(len(found))
            assert fleet("import", "x.jsonl", "--store", f"new-{number}.sqlite").code == 0
    assert kept, "at least one of them is seen"
    assert max(kept) > 300


def test_without_its_first_page_it_says_that_it_is_damaged(fleet: Fleet, tmp_path: Path) -> None:
    path = tmp_path / "fleet.sqlite"
    made(path)
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\xff" * (PAGE - 100) + content[PAGE:])
    for words in (("scan", "nothing", "--offline"), ("list",), ("export", "x.jsonl")):
        done = fleet(*words)
        assert (done.code, "fleet.sqlite is damaged (" in done.err, len(done.err.splitlines())) == (2, True, 1), done.err


def test_a_damaged_store_is_told_in_one_line_with_what_to_do(fleet: Fleet, tmp_path: Path) -> None:
    path = tmp_path / "fleet.sqlite"
    made(path)
    with sqlite3.connect(path) as db:
        root = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'checkpoints_by_name'").fetchone()[0]
    content = bytearray(path.read_bytes())
    content[(root - 1) * PAGE : root * PAGE] = b"\0" * PAGE
    path.write_bytes(content)
    done = fleet("scan", "nothing", "--offline")
    assert (done.code, len(done.err.splitlines())) == (2, 1), done.err
    assert "modelcheck fleet export" in done.err
    assert fleet("export", "x.jsonl").code == 4
    assert len((tmp_path / "x.jsonl").read_text().splitlines()) == 380
