"""Only what changed is asked for and judged; a scan that is killed loses nothing that was done."""

from __future__ import annotations

import hashlib
import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from modelcheck.testing.tiny import gguf

from conftest import clean_environment, write_tree
from fleet.conftest import Fleet, model, rows
from hub.server import Fault, Hub

NAMES = [f"acme/Thing-{number}B-{kind}" for number in range(1, 7) for kind in ("Base", "Instruct")]
LAST = "SELECT name, label, license FROM fleet ORDER BY name"


def requests(hub: Hub) -> int:
    count = len(hub.requests)
    hub.requests.clear()
    return count


def test_a_second_scan_of_an_author_is_one_request(hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    for name in NAMES:
        model(hub, name)
    first = fleet("scan", "--author", "acme")
    assert (first.code, first.out.strip()) == (0, "scan 1: 12 judged, 0 unchanged · fleet.sqlite"), first.err
    assert requests(hub) > len(NAMES)
    assert len(rows(tmp_path / "fleet.sqlite", LAST)) == 12
    second = fleet("scan", "--author", "acme")
    assert second.out.strip() == "scan 2: 0 judged, 12 unchanged · fleet.sqlite"
    assert requests(hub) == 1, "the list says the commits"
    model(hub, NAMES[3], "apache-2.0")
    assert fleet("scan", "--author", "acme").out.startswith("scan 3: 1 judged, 11 unchanged")
    assert (NAMES[3], "instruct", "apache-2.0") in rows(tmp_path / "fleet.sqlite", LAST)


def test_named_models_are_one_request_each(hub: Hub, fleet: Fleet) -> None:
    for name in NAMES:
        model(hub, name)
    fleet("scan", *NAMES)
    requests(hub)
    assert fleet("scan", *NAMES).out.startswith("scan 2: 0 judged, 12 unchanged")
    assert requests(hub) == len(NAMES)


def test_a_collection_and_an_author_together_are_each_model_once(hub: Hub, fleet: Fleet) -> None:
    for name in (*NAMES[:2], "other/Small-1B"):
        model(hub, name)
    hub.collections["other/picked-1a2b"] = ["other/Small-1B", NAMES[0]]
    assert fleet("scan", "--author", "acme", "--collection", "other/picked-1a2b").out.startswith("scan 1: 3 judged")
    missing = fleet("scan", "--collection", "other/none-0")
    assert (missing.code, "Traceback" in missing.err) == (4, False)


def test_other_rules_judge_again_and_age_does(hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    model(hub, NAMES[0])
    fleet("scan", "--author", "acme")
    assert fleet("scan", "--author", "acme", "--ignore", "card").out.startswith("scan 2: 1 judged")
    assert fleet("scan", "--author", "acme", "--ignore", "card", "--max-age", "3").out.startswith("scan 3: 0 judged")
    import sqlite3

    with sqlite3.connect(tmp_path / "fleet.sqlite") as db:
        db.execute("UPDATE checkpoints SET judged = '2020-01-01T00:00:00Z'")
    assert fleet("scan", "--author", "acme", "--ignore", "card", "--max-age", "3").out.startswith("scan 4: 1 judged")


def test_since_asks_only_for_what_changed_since_then(hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    for name in NAMES[:3]:
        model(hub, name)
    hub.repos[NAMES[0]].info = {"lastModified": "2026-06-01T00:00:00.000Z"}
    fleet("scan", "--author", "acme")
    for name in NAMES[:3]:
        model(hub, name, "apache-2.0")
    hub.repos[NAMES[0]].info = {"lastModified": "2026-06-01T00:00:00.000Z"}
    assert fleet("scan", "--author", "acme", "--since", "2026-05-01").out.startswith("scan 2: 1 judged, 0 unchanged")
    assert [row[2] for row in rows(tmp_path / "fleet.sqlite", LAST)].count("apache-2.0") == 1
    assert len(rows(tmp_path / "fleet.sqlite", LAST)) == 3, "the others are not gone"
    wrong = fleet("scan", "--author", "acme", "--since", "yesterday")
    assert (wrong.code, "a date such as 2026-01-31" in wrong.err) == (2, True)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault("Thing-2B-Base", 404), "unreadable"),
        (Fault("Thing-2B-Base", 401, headers={"X-Error-Code": "RepoNotFound"}), "not-found"),
        (Fault("Thing-2B-Base", 200, body=b"{"), "unreadable"),
        (Fault("Thing-2B-Base", 500), "unreadable"),
    ],
)
def test_a_target_that_fails_keeps_what_was_known(fault: Fault, kind: str, hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    for name in NAMES[:4]:
        model(hub, name)
    fleet("scan", *NAMES[:4])
    model(hub, NAMES[0], "apache-2.0")
    hub.faults.append(fault)
    done = fleet("scan", *NAMES[:4], "--timeout", "3")
    assert done.code == 4
    assert done.out.startswith(f"scan 2: 1 judged, 2 unchanged, failed: 1 {kind}"), done.out
    store = tmp_path / "fleet.sqlite"
    assert rows(store, "SELECT name, kind FROM failures") == [("acme/Thing-2B-Base", kind)]
    assert "acme/Thing-2B-Base" in fleet("failures").out
    assert rows(store, "SELECT count(*) FROM checkpoints WHERE name = 'acme/Thing-2B-Base'") == [(1,)]


def test_nonsense_in_a_list_of_targets_is_told_line_by_line(hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    model(hub, NAMES[0])
    nonsense = ["\x00", "a b c", "/nowhere/at/all", "x" * 5000, "@", "http://", "ext::sh -c 'touch owned'.git", "-o x.git"]
    (tmp_path / "list.txt").write_text("\n".join([*nonsense, *(f"no such thing {number}" for number in range(200)), NAMES[0]]))
    done = fleet("scan", "--targets", "list.txt")
    assert done.code == 4
    assert done.out.startswith("scan 1: 1 judged")
    assert not (tmp_path / "owned").exists()
    assert "Traceback" not in done.err


def test_folders_of_checkpoints_a_cache_and_clones(fleet: Fleet, tmp_path: Path) -> None:
    model_files = {"config.json": '{"model_type": "llama"}', "README.md": "---\nlicense: mit\n---\n"}
    script = {"run.sh": "vllm serve acme/Thing-7B-Base --tool-call-parser hermes\n"}
    for folder in ("models/one", "models/deep/two", "cache/models--acme--Three/snapshots/0123abc"):
        write_tree(tmp_path / folder, model_files)
    write_tree(tmp_path / "clones/a", script)
    write_tree(tmp_path / "models/notes", script)
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", str(tmp_path / "clones/a")]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *words], check=True)
    done = fleet("scan", "models", "cache", "clones", "--offline")
    assert done.out.startswith("scan 1: 5 judged"), done.out + done.err
    store = tmp_path / "fleet.sqlite"
    names = [name.removeprefix(f"{tmp_path}/") for (name,) in rows(store, "SELECT name FROM fleet ORDER BY name")]
    assert sorted(names) == ["acme/Three", "models/deep/two", "models/one"]
    uses = rows(store, "SELECT tree, path, line, target, label, rules FROM deployments ORDER BY tree")
    assert [(tree.removeprefix(f"{tmp_path}/"), *rest) for tree, *rest in uses] == [
        (folder, path, 1, "acme/Thing-7B-Base", "base", '{"deploy/base-weights-behind-chat": 1}')
        for folder, path in (("clones/a", "run.sh"), ("models", "notes/run.sh"))
    ]
    ((version,),) = rows(store, f"SELECT version FROM trees WHERE tree = '{tmp_path}/clones/a'")
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    assert version == head
    assert fleet("scan", "models", "cache", "clones", "--offline").out.startswith("scan 2: 0 judged, 5 unchanged")
    write_tree(tmp_path / "clones/a", {"run.sh": "vllm serve acme/Thing-7B-Instruct --tool-call-parser hermes\n"})
    assert fleet("scan", "models", "cache", "clones", "--offline").out.startswith("scan 3: 1 judged, 4 unchanged")
    assert ("acme/Thing-7B-Instruct",) in rows(store, "SELECT target FROM deployments")
    assert len(rows(store, "SELECT * FROM deployments")) == 2, "what the file used before is no present use"


@pytest.mark.parametrize("clone", [False, True])
def test_a_store_in_the_folder_that_is_scanned_is_no_change_of_it(clone: bool, fleet: Fleet, tmp_path: Path) -> None:
    write_tree(tmp_path, {"run.sh": "vllm serve acme/Thing-7B-Base --tool-call-parser hermes\n"})
    if clone:
        subprocess.run(["git", "-C", str(tmp_path), "init", "-q"], check=True)
    assert fleet("scan", ".", "--offline").out.startswith("scan 1: 1 judged, 0 unchanged")
    assert fleet("scan", ".", "--offline").out.startswith("scan 2: 0 judged, 1 unchanged")
    write_tree(tmp_path, {"more.sh": "true\n"})
    assert fleet("scan", ".", "--offline").out.startswith("scan 3: 1 judged, 0 unchanged")


def killed_after(words: list[str], folder: Path, env: dict[str, str], seconds: float) -> bool:
    """Start a scan and kill it; whether it was still running."""
    command = [sys.executable, "-P", "-m", "modelcheck", "fleet", *words]
    process = subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(seconds)
    alive = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return alive


@pytest.mark.slow
def test_killed_at_any_moment_and_started_again_it_is_as_if_nothing_had_happened(hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    hub.latency = 0.02
    for number in range(40):
        model(hub, f"acme/Thing-{number}B-{'Base' if number % 2 else 'Instruct'}")
    assert fleet("scan", "--author", "acme", "--store", "whole.sqlite").code == 0
    env = clean_environment(HF_ENDPOINT=hub.address, HF_HOME=str(tmp_path / "hf-other"))
    pick = random.Random(7)
    interrupted = 0
    for _ in range(10):
        interrupted += killed_after(["scan", "--author", "acme", "--store", "cut.sqlite"], tmp_path, env, pick.uniform(0.2, 1.6))
    assert interrupted
    done = fleet("scan", "--author", "acme", "--store", "cut.sqlite")
    assert done.code == 0, done.err
    columns = "name, version, label, p_instruct, license, errors, warnings, rules"
    query = f"SELECT {columns} FROM fleet ORDER BY name"
    assert rows(tmp_path / "cut.sqlite", query) == rows(tmp_path / "whole.sqlite", query)
    assert rows(tmp_path / "cut.sqlite", "PRAGMA integrity_check") == [("ok",)]
    twice = "SELECT name FROM checkpoints GROUP BY name, version, judged_by HAVING count(*) > 1"
    assert rows(tmp_path / "cut.sqlite", twice) == []


def test_an_interrupted_scan_says_what_is_done(hub: Hub, tmp_path: Path) -> None:
    hub.latency = 0.3
    for number in range(60):
        model(hub, f"acme/Thing-{number}B-Base")
    env = clean_environment(HF_ENDPOINT=hub.address, HF_HOME=str(tmp_path / "hf"))
    command = [sys.executable, "-P", "-m", "modelcheck", "fleet", "scan", "--author", "acme", "--jobs", "2"]
    process = subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not hub.requests:
        time.sleep(0.05)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.splitlines()[-1].startswith("interrupted: "), err
    assert err.splitlines()[-1].endswith("; the same command goes on from there")


@pytest.mark.slow
def test_two_scans_at_once_do_not_fight(hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    hub.latency = 0.01
    for name in NAMES:
        model(hub, name)
    env = clean_environment(HF_ENDPOINT=hub.address, HF_HOME=str(tmp_path / "hf"))
    command = [sys.executable, "-P", "-m", "modelcheck", "fleet", "scan", "--author", "acme"]
    both = [subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    ended = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], ended
    assert sorted(name for name, *_ in rows(tmp_path / "fleet.sqlite", LAST)) == sorted(NAMES)
    assert rows(tmp_path / "fleet.sqlite", "PRAGMA integrity_check") == [("ok",)]


def test_a_checkpoint_takes_less_than_a_kilobyte(hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    for number in range(200):
        model(hub, f"acme/Thing-{number}B-Instruct", **{"chat_template.jinja": "{{ messages[0].content }}<|end|>"})
    fleet("scan", "--author", "acme")
    assert (tmp_path / "fleet.sqlite").stat().st_size < 200 * 1024


def test_the_store_of_ollama(fleet: Fleet, tmp_path: Path) -> None:
    model_layer = gguf('general.architecture = "llama"\ntokenizer.chat_template = "{{ messages }}"\ntoken_embd.weight F32 4x8')

    def pull(name: str, *, system: str = "") -> None:
        blobs = {hashlib.sha256(one).hexdigest(): one for one in (model_layer, system.encode())}
        kinds = zip(("model", "system"), blobs, strict=True)
        layers = [{"mediaType": f"x.{kind}", "digest": f"sha256:{digest}", "size": len(blobs[digest])} for kind, digest in kinds]
        manifest = {f"ollama/manifests/registry.ollama.ai/{name}": json.dumps({"layers": layers})}
        write_tree(tmp_path, {**{f"ollama/blobs/sha256-{digest}": one for digest, one in blobs.items()}, **manifest})

    for name in ("library/thing/8b-text", "library/thing/8b", "acme/own/latest"):
        pull(name)
    write_tree(tmp_path, {"ollama/manifests/registry.ollama.ai/library/broken/1b": "{"})
    done = fleet("scan", "ollama", "--offline")
    assert (done.code, done.out.splitlines()[0]) == (4, "scan 1: 3 judged, 0 unchanged, failed: 1 unreadable · fleet.sqlite")
    names = [name for (name,) in rows(tmp_path / "fleet.sqlite", "SELECT name FROM fleet WHERE source = 'ollama' ORDER BY name")]
    assert names == ["ollama://acme/own:latest", "ollama://thing:8b", "ollama://thing:8b-text"]
    pull("library/thing/8b", system="Be brief.")
    assert fleet("scan", "ollama", "--offline").out.startswith("scan 2: 1 judged, 2 unchanged, failed: 1")
