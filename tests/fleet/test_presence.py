"""What is there, and what is gone: whatever sets of targets are scanned, from wherever, and also if some cannot be looked at."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from conftest import Command, write_tree
from fleet.conftest import CARD, CONFIG, Fleet, model, rows
from fleet.test_git import GIT, committed
from hub.server import Hub

RUN = "vllm serve acme/Thing-7B-Base --tool-call-parser hermes\n"
NAMES, USES = "SELECT name FROM fleet ORDER BY name", "SELECT tree, path, target FROM deployments ORDER BY tree, path"


def names(tmp_path: Path) -> list[str]:
    return [name.removeprefix(f"{tmp_path}/") for (name,) in rows(tmp_path / "fleet.sqlite", NAMES)]


def uses(tmp_path: Path) -> list[tuple[str, str]]:
    found = rows(tmp_path / "fleet.sqlite", USES)
    return sorted((tree.removeprefix(f"{tmp_path}/"), path) for tree, path, _ in found)


def test_what_two_sets_of_targets_have_seen_is_gone_if_one_misses_it(hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    for number in range(3):
        model(hub, f"acme/Thing-{number}B-Base")
    fleet("scan", "--author", "acme")
    fleet("scan", "--author", "acme", "acme/Thing-0B-Base")
    for number in (1, 2):
        del hub.repos[f"acme/Thing-{number}B-Base"]
    fleet("scan", "--author", "acme")
    assert names(tmp_path) == ["acme/Thing-0B-Base"]
    assert fleet("diff", "--fail-on", "gone").code == 1


def test_the_same_of_a_folder_and_one_in_it(fleet: Fleet, tmp_path: Path) -> None:
    for first, second in (("n", "n/x"), ("n/x", "n")):
        write_tree(tmp_path, {"n/x/config.json": CONFIG, "n/y/config.json": CONFIG})
        (tmp_path / "fleet.sqlite").unlink(missing_ok=True)
        fleet("scan", first, "--offline")
        fleet("scan", second, "--offline")
        shutil.rmtree(tmp_path / "n/x")
        fleet("scan", "n", "--offline")
        assert names(tmp_path) == ["n/y"]


@pytest.mark.parametrize("target", ["hub", "absolute"])
def test_a_cache_that_is_missing_for_once_loses_nothing(target: str, fleet: Fleet, tmp_path: Path) -> None:
    for number in range(3):
        write_tree(tmp_path / f"hub/models--acme--t{number}/snapshots/abc{number}", {"config.json": CONFIG})
    named = str(tmp_path / "hub") if target == "absolute" else target
    assert fleet("scan", named, "--offline").code == 0
    (tmp_path / "hub").rename(tmp_path / "away")
    assert fleet("scan", named, "--offline").code == 4
    assert names(tmp_path) == ["acme/t0", "acme/t1", "acme/t2"]
    assert fleet("diff", "--fail-on", "gone,new").code == 0
    (tmp_path / "away").rename(tmp_path / "hub")
    shutil.rmtree(tmp_path / "hub/models--acme--t1")
    fleet("scan", named, "--offline")
    assert names(tmp_path) == ["acme/t0", "acme/t2"]


def test_a_set_of_targets_is_known_by_its_places(modelcheck: Command, fleet: Fleet, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write_tree(tmp_path / folder, {f"models/{folder}/config.json": CONFIG, "list.txt": "models\n"})
        for words in (("models",), ("--targets", "list.txt")):
            modelcheck("fleet", "scan", *words, "--offline", "--store", "../fleet.sqlite", cwd=tmp_path / folder)
    assert names(tmp_path) == ["a/models/a", "b/models/b"]
    shutil.rmtree(tmp_path / "a/models/a")
    fleet("scan", "./a/models/", "--offline")
    assert names(tmp_path) == ["b/models/b"]


def test_a_place_is_one_use_whatever_targets_it_lies_in(fleet: Fleet, tmp_path: Path) -> None:
    write_tree(tmp_path / "n", {"X/config.json": CONFIG, "X/run.sh": RUN, "dep/run.sh": RUN, "run.sh": RUN})
    assert fleet("scan", "n", "n/dep", "n/dep/run.sh", "--offline").code == 0
    assert uses(tmp_path) == [("n", "run.sh"), ("n/X", "run.sh"), ("n/dep/run.sh", "run.sh")]


def test_paths_do_not_depend_on_where_the_scan_was_started(modelcheck: Command, fleet: Fleet, tmp_path: Path) -> None:
    write_tree(tmp_path / "ck", {"config.json": CONFIG, "run.sh": RUN})
    fleet("scan", tmp_path / "ck", "--offline")
    write_tree(tmp_path, {"ck/README.md": CARD.format(license="mit"), "elsewhere/x": ""})
    modelcheck("fleet", "scan", tmp_path / "ck", "--offline", "--store", "../fleet.sqlite", cwd=tmp_path / "elsewhere")
    assert uses(tmp_path) == [("ck", "run.sh")]
    assert "use" not in fleet("diff").out


def test_files_beside_clones_are_read_and_those_in_them_once(fleet: Fleet, tmp_path: Path) -> None:
    committed(tmp_path / "srv/c1", {"run.sh": RUN})
    write_tree(
        tmp_path / "srv", {"run.sh": RUN, "models--a--b/snapshots/0/config.json": CONFIG, "models--a--b/snapshots/0/run.sh": RUN}
    )
    subprocess.run([*GIT, "clone", "-q", "--mirror", tmp_path / "srv/c1", tmp_path / "srv/m.git"], check=True)
    fleet("scan", "srv", "--offline")
    assert uses(tmp_path) == [("a/b", "run.sh"), ("srv", "run.sh"), ("srv/c1", "run.sh")]
    committed(tmp_path / "srv/c1/inner", {"run.sh": RUN})  # as a submodule lies there
    fleet("scan", "srv", "--offline")
    write_tree(tmp_path / "srv/c1/inner", {"run.sh": RUN.replace("Thing", "Other")})
    fleet("scan", "srv", "--offline")
    inner = [target for tree, _, target in rows(tmp_path / "fleet.sqlite", USES) if tree.endswith("inner")]
    assert inner == ["acme/Other-7B-Base"]
    assert len(uses(tmp_path)) == 4


def test_what_a_training_saves_and_not_the_parts_of_a_checkpoint(fleet: Fleet, tmp_path: Path) -> None:
    inner = {f"out/{name}/config.json": CONFIG for name in ("checkpoint-500", "step_10", "onnx", "original")}
    write_tree(tmp_path, {"out/config.json": CONFIG, **inner})
    fleet("scan", "out", "--offline")
    assert names(tmp_path) == ["out", "out/checkpoint-500", "out/step_10"]


def test_gone_between_two_stores(fleet: Fleet, tmp_path: Path) -> None:
    for number in "12":
        committed(tmp_path / f"c/{number}", {"run.sh": RUN})
    fleet("scan", "c", "--offline")
    shutil.copy(tmp_path / "fleet.sqlite", tmp_path / "old.sqlite")
    shutil.rmtree(tmp_path / "c/1")
    fleet("scan", "c", "--offline")
    for words in ((), ("--store", "old.sqlite", "--with", "fleet.sqlite")):
        done = fleet("diff", *words, "--fail-on", "gone")
        assert (done.code, "c/1: gone (repository)" in done.out) == (1, True)
    assert fleet("diff", "1", "--with", "old.sqlite").code == 2


@pytest.mark.parametrize(
    ("given", "code"),
    [("2100-01-01T02:00+05:00", 0), ("2000-01-01T00:00-05:00", 2), ("2099-W01-1", 0), ("9999-12-31T23:59-23:00", 2)],
)
def test_times_are_compared_as_times(given: str, code: int, fleet: Fleet, tmp_path: Path) -> None:
    write_tree(tmp_path / "m/one", {"config.json": CONFIG})
    fleet("scan", "m", "--offline")
    assert fleet("diff", given).code == code


def test_the_zone_of_since(hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    model(hub, "acme/Thing-1B-Base")
    hub.repos["acme/Thing-1B-Base"].info = {"lastModified": "2026-05-01T00:00:00.000Z"}
    assert fleet("scan", "--author", "acme", "--since", "2026-05-01T02:00+05:00").out.startswith("scan 1: 1 judged")
    assert fleet("scan", "--author", "acme", "--since", "2026-05-01T06:00+05:00").out.startswith("scan 2: 0 judged")
    assert names(tmp_path) == ["acme/Thing-1B-Base"]


def test_an_author_that_cannot_be_listed_stops_nothing(hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    model(hub, "acme/Thing-1B-Base")
    model(hub, "other/Thing-1B-Base")
    fleet("scan", "--author", "acme", "--author", "other")
    del hub.repos["other/Thing-1B-Base"]
    done = fleet("scan", "--author", "acme", "--author", "other", "--collection", "acme/none-0")
    assert (done.code, "2 not-found" in done.out or "failed: " in done.out) == (4, True), done.out
    assert "--author other" in fleet("failures").out
    done = fleet("scan", "--author", "acme", "--author", "other")
    assert done.code == 4
    assert names(tmp_path) == ["acme/Thing-1B-Base", "other/Thing-1B-Base"], "it is not known that it is gone"


def test_a_resumed_scan_looks_again(hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    model(hub, "acme/Thing-1B-Base")
    fleet("scan", "--author", "acme")
    with sqlite3.connect(tmp_path / "fleet.sqlite") as db:
        db.execute("UPDATE scans SET ended = NULL")
    db.close()
    model(hub, "acme/Thing-1B-Base", "apache-2.0")
    assert fleet("scan", "--author", "acme").out.startswith("scan 1: 1 judged")
    assert rows(tmp_path / "fleet.sqlite", "SELECT license FROM checkpoints") == [("apache-2.0",)]


def test_one_id_written_in_several_ways(hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    model(hub, "acme/Thing-1B-Base")
    fleet("scan", "acme/Thing-1B-Base", "hf://acme/Thing-1B-Base", "https://huggingface.co/acme/Thing-1B-Base")
    assert names(tmp_path) == ["acme/Thing-1B-Base"]


@pytest.mark.parametrize(
    "words",
    [
        ("impact", "m/bad\udcff"), ("list", "--where", "name = '\udcff'"), ("sql", "select '\udcff'"), ("sql", ""),
        ("scan", "m", "--offline", "--max-age", "99999999"), ("scan", "", "--offline"), ("sql", "vacuum into 'x'"),
    ],
)  # fmt: skip
def test_odd_words_are_no_internal_error(words: tuple[str, ...], fleet: Fleet, tmp_path: Path) -> None:
    write_tree(tmp_path / "m/one", {"config.json": CONFIG})
    fleet("scan", "m", "--offline")
    done = fleet(*words)
    assert done.code in (0, 2, 4), done.err
    assert "internal error" not in done.err
    assert "damaged" not in done.err


def test_a_message_is_the_one_that_was_meant(fleet: Fleet, tmp_path: Path) -> None:
    subprocess.run([*GIT, "init", "-q", "--bare", tmp_path / "a"], check=True)
    fleet("scan", "a", "--offline")
    assert f"{tmp_path}/a is a bare Git repository, which has no files to read" in fleet("failures").out


def test_nothing_new_is_not_nothing(fleet: Fleet, tmp_path: Path) -> None:
    write_tree(tmp_path / "d", {"run.sh": RUN})
    for _ in range(2):
        fleet("scan", "d", "--offline")
    assert fleet("policy", "--new").out == "nothing new breaks the policy\n"
    assert fleet("policy").code == 1


def test_a_model_that_is_gated_now_without_a_new_commit(hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    model(hub, "acme/Thing-1B-Base")
    fleet("scan", "acme/Thing-1B-Base")
    hub.repos["acme/Thing-1B-Base"].gated = True
    assert fleet("scan", "acme/Thing-1B-Base").out.startswith("scan 2: 1 judged")
    assert "gated 0 → 1" in fleet("diff", "--fail-on", "gated").out
    assert fleet("scan", "acme/Thing-1B-Base").out.startswith("scan 3: 0 judged, 1 unchanged")
    assert rows(tmp_path / "fleet.sqlite", "SELECT gated FROM fleet") == [(1,)]


def test_a_place_that_never_was_keeps_nothing_alive(fleet: Fleet, tmp_path: Path) -> None:
    write_tree(tmp_path / "models", {"one/config.json": CONFIG, "two/config.json": CONFIG})
    nowhere = str(tmp_path / "never/there")
    assert fleet("scan", "models", nowhere, "--offline").code == 4
    shutil.rmtree(tmp_path / "models/two")
    assert fleet("scan", "models", nowhere, "--offline").code == 4
    assert names(tmp_path) == ["models/one"]
