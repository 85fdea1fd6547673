"""A store that is not one, of another version, locked, damaged, or on a full disk: a clear error, and nothing is lost."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from modelcheck.errors import Misuse
from modelcheck.fleet.schema import VERSION
from modelcheck.fleet.store import Store

from conftest import clean_environment
from fleet.conftest import Fleet, model, rows
from hub.server import Hub


def other_program(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE mine (x)")


def newer(path: Path) -> None:
    Store(path).close()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {VERSION + 1}")


def garbage(path: Path) -> None:
    path.write_bytes(b"not a database, but long enough to be read as one" * 100)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (other_program, "is not a store of modelcheck fleet: give another file with --store"),
        (newer, "was written by a newer modelcheck"),
        (garbage, "file is not a database"),
        (Path.mkdir, "is a directory"),
    ],
)
def test_a_file_that_is_no_store_stays(make: Callable[[Path], None], says: str, fleet: Fleet, tmp_path: Path) -> None:
    path = tmp_path / "fleet.sqlite"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    for words in (("scan", "acme/Thing-7B", "--offline"), ("list",), ("diff",), ("export", "x.csv")):
        done = fleet(*words)
        assert done.code == 2, done.out
        assert says in done.err or words[0] != "scan", done.err
        assert "fleet.sqlite" in done.err
        assert "Traceback" not in done.err
    assert before is None or path.read_bytes() == before


def test_a_damaged_page_is_found_before_anything_is_written(hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    for number in range(60):
        model(hub, f"acme/Thing-{number}B-Base")
    fleet("scan", "--author", "acme")
    path = tmp_path / "fleet.sqlite"
    content = bytearray(path.read_bytes())
    content[8192 : 8192 + 4096] = b"\xff" * 4096
    path.write_bytes(content)
    done = fleet("scan", "--author", "acme")
    assert done.code in (1, 2)
    assert "damaged" in done.err or "malformed" in done.err
    assert "Traceback" not in done.err
    assert path.read_bytes()[4096:] == bytes(content)[4096:], "but for the header, which says how the file is written"


def test_a_store_that_another_program_holds_is_waited_for_and_then_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modelcheck.fleet.store._PATIENCE", 0.3)
    path = tmp_path / "fleet.sqlite"
    Store(path).close()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(Misuse, match=r"fleet.sqlite: another scan is writing to it"):
            Store(path)
    finally:
        holder.close()


def test_a_full_disk_is_named_and_what_was_stored_stays(hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    for number in range(60):
        model(hub, f"acme/Thing-{number}B-Base")
    fleet("scan", "acme/Thing-1B-Base")
    command = f"ulimit -f 90; exec {sys.executable} -P -m modelcheck fleet scan --author acme"
    env = clean_environment(HF_ENDPOINT=hub.address, HF_HOME=str(tmp_path / "hf"))
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "fleet.sqlite" in done.stderr
    assert "Traceback" not in done.stderr
    store = tmp_path / "fleet.sqlite"
    assert rows(store, "PRAGMA integrity_check") == [("ok",)]
    assert ("acme/Thing-1B-Base",) in rows(store, "SELECT name FROM fleet")
    assert fleet("scan", "--author", "acme").code == 0
    assert rows(store, "SELECT count(*) FROM fleet") == [(60,)]


def add(store: Store, *rows_: dict[str, object]) -> None:
    with store.transaction():
        for row in rows_:
            store.add("checkpoints", row)


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "x.sqlite")
    scan = store.start("scope", "by", "0")
    row: dict[str, object] = {"name": "a", "version": "1", "judged_by": "by", "judged": "now", "scope": "scope"}
    row |= {"first_scan": scan, "last_scan": scan}
    with pytest.raises(Misuse, match="no column named no_such"):
        add(store, row, row | {"no_such": 1})
    assert store.known("a") is None
    add(store, row)
    assert store.known("a") is not None
    store.check()
    assert store.start("scope", "by", "0") == scan, "it was cut off, so it goes on"
    store.end(scan, 0)
    assert store.start("scope", "by", "0") == scan + 1
    assert store.start("scope", "other", "0") == scan + 2
    store.close()
