"""What a fleet's targets and its Hub do wrong, through the command: each is a clear failure, and nothing of the others is lost."""

from __future__ import annotations

import random
import sqlite3
import string
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from modelcheck.fleet.store import Store

from commands.test_other_user import _prefix
from conftest import clean_environment, write_tree
from fleet.conftest import CARD, CONFIG, Fleet, model, rows
from hub.server import Fault, Hub

FAILED = "SELECT name, kind, message FROM failures ORDER BY name"


def test_a_thousand_lines_of_nonsense(hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    model(hub, "acme/Thing-1B-Base")
    pick = random.Random(3)
    odd = string.digits + string.ascii_letters + string.punctuation + " \t" + "é\u202e\u200b\x00ß漢"
    nonsense = ["".join(pick.choices(odd, k=pick.randint(1, 60))) for _ in range(1000)]
    nonsense = [one for one in nonsense if one.strip() not in ("/", ".", "..", "~")]  # folders, which would be walked
    (tmp_path / "list.txt").write_text("\n".join([*nonsense, "acme/Thing-1B-Base"]))
    start = time.monotonic()
    done = fleet("scan", "--targets", "list.txt", timeout=180)
    assert time.monotonic() - start < 100
    assert (done.code, done.out.startswith("scan 1: ")) == (4, True), done.out + done.err
    assert "Traceback" not in done.err
    assert ("acme/Thing-1B-Base", "base") in rows(tmp_path / "fleet.sqlite", "SELECT name, label FROM fleet")
    failed = rows(tmp_path / "fleet.sqlite", FAILED)
    assert len(failed) > 800
    assert all(kind != "crash" and message for _, kind, message in failed), [one for one in failed if one[1] == "crash"]
    listed = fleet("failures")
    assert (listed.code, "\x00" in listed.out, "\u202e" in listed.out, "Traceback" in listed.err) == (0, False, False, False)


@pytest.mark.parametrize(
    "address",
    ["ext::sh -c 'touch owned' x.git", "file:///etc/x.git", "git://127.0.0.1/x.git", "git+file:///etc", "ftp://127.0.0.1/x.git"],
)
def test_a_clone_by_another_protocol_is_refused(address: str, hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    model(hub, "acme/Thing-1B-Base")
    done = fleet("scan", address, "acme/Thing-1B-Base")
    assert (done.code, done.out.startswith("scan 1: 1 judged, 0 unchanged, failed: 1 not-found")) == (4, True), done.out
    ((_, _, message),) = rows(tmp_path / "fleet.sqlite", FAILED)
    assert message.endswith("repositories are fetched by https, http or ssh only")
    assert not (tmp_path / "owned").exists()


def test_a_repository_that_vanishes_between_list_and_read(hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    for number in range(4):
        model(hub, f"acme/Thing-{number}B-Base")
    hub.faults.append(Fault("/api/models/acme/Thing-1B", 401, headers={"X-Error-Code": "RepoNotFound"}))
    hub.faults.append(Fault("Thing-2B-Base/resolve/", 404, headers={"X-Error-Code": "RepoNotFound"}))
    done = fleet("scan", "--author", "acme")
    assert (done.code, done.out.startswith("scan 1: 2 judged, 0 unchanged, failed: ")) == (4, True), done.out
    failed = {name: (kind, message) for name, kind, message in rows(tmp_path / "fleet.sqlite", FAILED)}
    assert failed["acme/Thing-1B-Base"] == (
        "not-found", "acme/Thing-1B-Base does not exist on the Hub, or is private: check the spelling, or set HF_TOKEN",
    )  # fmt: skip
    assert set(failed) == {"acme/Thing-1B-Base", "acme/Thing-2B-Base"}
    hub.faults.clear()
    again = fleet("scan", "--author", "acme")
    assert (again.code, again.out.startswith("scan 2: 2 judged, 2 unchanged")) == (0, True), again.out


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_file_that_could_not_be_read_is_read_by_the_next_scan(status: int, hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    store, licenses = tmp_path / "fleet.sqlite", "SELECT license FROM fleet ORDER BY name"
    for number in range(2):
        model(hub, f"acme/Thing-{number}B-Base")
    fault = Fault("Thing-1B-Base/resolve/.*/README", status, headers={"Retry-After": "9999"})
    hub.faults.append(fault)
    words = ("scan", "--author", "acme", "--timeout", "3")
    first = fleet(*words)
    assert (first.code, first.out.startswith("scan 1: 1 judged, 0 unchanged, failed: 1 ")) == (4, True), first.out
    assert rows(store, licenses) == [("mit",), (None,)], "what is known of it is there"
    hub.faults.clear()
    assert fleet(*words).out.startswith("scan 2: 1 judged, 1 unchanged"), "only that one"
    assert rows(store, licenses) == [("mit",), ("mit",)]
    model(hub, "acme/Thing-1B-Base", "apache-2.0")
    hub.faults.append(fault)
    assert fleet(*words).code == 4
    assert rows(store, "SELECT license FROM checkpoints WHERE name LIKE '%-1B-%' AND first_scan > 2") == [], (
        "a licence that could not be read is no change of the licence"
    )


def test_a_folder_that_may_not_be_read(tmp_path: Path) -> None:
    """Also one whose subfolders cannot be asked for: /proc has such, even for root."""
    prefix = _prefix("--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")
    write_tree(tmp_path / "models/one", {"config.json": CONFIG, "README.md": CARD.format(license="mit")})
    (tmp_path / "models/closed/inner").mkdir(parents=True)
    (tmp_path / "models/half/inner").mkdir(parents=True)
    try:
        (tmp_path / "models/closed").chmod(0)
        (tmp_path / "models/half").chmod(0o400)
        command = [*prefix, sys.executable, "-P", "-m", "modelcheck", "fleet", "scan", "models", "--offline"]
        done = subprocess.run(command, cwd=tmp_path, env=clean_environment(), capture_output=True, text=True, check=False)
    finally:
        for name in ("closed", "half"):
            (tmp_path / "models" / name).chmod(0o700)
    assert (done.returncode, "internal error" in done.stderr) == (4, False), done.stdout + done.stderr
    assert [Path(name).name for (name,) in rows(tmp_path / "fleet.sqlite", "SELECT name FROM fleet")] == ["one"]
    failed = rows(tmp_path / "fleet.sqlite", FAILED)
    assert [(Path(name).name, kind) for name, kind, _ in failed] == [("closed", "unreadable"), ("inner", "unreadable")], failed


def test_a_store_that_is_locked_for_a_while_is_waited_for(hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    model(hub, "acme/Thing-1B-Base")
    path = tmp_path / "fleet.sqlite"
    Store(path).close()
    holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN EXCLUSIVE")
    timer = threading.Timer(2.0, holder.close)
    timer.start()
    done = fleet("scan", "--author", "acme")
    timer.join()
    assert (done.code, done.out.startswith("scan 1: 1 judged")) == (0, True), done.err


def test_a_store_that_stays_locked_is_named(tmp_path: Path) -> None:
    """Not for as long as a user would wait: everything else is the command's."""
    path = tmp_path / "fleet.sqlite"
    Store(path).close()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    code = "from modelcheck import cli; from modelcheck.fleet import store; store._PATIENCE = 1.0; cli.main()"
    command = [sys.executable, "-P", "-c", code, "fleet", "scan", "acme/x", "--offline"]
    try:
        done = subprocess.run(
            command, cwd=tmp_path, env=clean_environment(), capture_output=True, text=True, check=False, timeout=60
        )
    finally:
        holder.close()
    assert (done.returncode, "fleet.sqlite: another scan is writing to it" in done.stderr) == (2, True), done.stderr
    assert "Traceback" not in done.stderr
