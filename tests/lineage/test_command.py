"""``modelcheck lineage`` on checkpoints on disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from conftest import ROOT, Command
from lineage import variants
from lineage.variants import VARIANTS, noise, random_like, read, write, write_gguf

BASE, INSTRUCT = ROOT / "fixtures/tiny-base", ROOT / "fixtures/tiny-instruct"


def compared(modelcheck: Command, *words: Any, **options: Any) -> Any:
    done = modelcheck("lineage", *words, "--offline", "-q", "--format", "json", **options)
    assert done.code == 0, done.err
    return done.json


@pytest.mark.parametrize("name", VARIANTS)
def test_a_checkpoint_and_what_was_made_from_it(modelcheck: Command, tmp_path: Path, name: str) -> None:
    make, outcomes, degrees = VARIANTS[name]
    write(tmp_path / "made", make(read(INSTRUCT)), INSTRUCT)
    (pair,) = compared(modelcheck, tmp_path / "made", INSTRUCT)["pairs"]
    assert pair["outcome"] in outcomes
    assert pair["degree"] in degrees
    assert (pair["p"] is not None and pair["p"] <= 1e-6) is (pair["outcome"] == "derived")
    (back,) = compared(modelcheck, INSTRUCT, tmp_path / "made")["pairs"]
    assert back["outcome"] == pair["outcome"]


@pytest.mark.parametrize("kind", ["F16", "BF16", "Q8_0", "Q4_0", "Q5_1"])
def test_a_gguf_copy_has_the_same_weights(modelcheck: Command, tmp_path: Path, kind: str) -> None:
    write_gguf(tmp_path / "model.gguf", read(INSTRUCT), kind)
    made = compared(modelcheck, tmp_path / "model.gguf", INSTRUCT)
    assert made["pairs"][0]["degree"] == ("quantized" if kind[0] == "Q" else "identical")
    (relation,) = made["relations"]
    assert relation["directed"] is (kind[0] == "Q")
    if not relation["directed"]:
        return
    assert relation["child"] == str(tmp_path / "model.gguf")
    assert kind in relation["reasons"][0]


def test_base_and_instruct_of_the_fixtures(modelcheck: Command) -> None:
    done = modelcheck("lineage", BASE, INSTRUCT, "--offline")
    assert done.code == 0
    assert "derived, far apart (p = 1e-13" in done.out
    assert "16 of 16 rows" in done.out
    assert max(map(len, done.out.splitlines())) <= 80
    assert "read " in done.err


def test_a_merge_is_told_with_its_shares_and_its_parents(modelcheck: Command, tmp_path: Path) -> None:
    one, other = read(BASE), read(INSTRUCT)
    write(tmp_path / "merge", {name: 0.3 * one[name] + 0.7 * other[name] for name in one}, INSTRUCT)
    made = compared(modelcheck, tmp_path / "merge", BASE, INSTRUCT)
    (merge,) = made["merges"]
    assert merge["name"] == str(tmp_path / "merge")
    shares = dict(zip(merge["of"], merge["shares"], strict=True))
    assert shares[str(BASE)] == pytest.approx(0.3, abs=0.01)
    assert shares[str(INSTRUCT)] == pytest.approx(0.7, abs=0.01)
    parents = {edge["parent"] for edge in made["relations"] if edge["directed"] and edge["child"] == merge["name"]}
    assert parents == {str(BASE), str(INSTRUCT)}
    text = modelcheck("lineage", tmp_path / "merge", BASE, INSTRUCT, "--offline", "-q").out
    assert "is a merge: " in " ".join(text.split())


def test_a_line_of_descent_is_a_tree_without_arrows_where_nothing_shows_them(modelcheck: Command, tmp_path: Path) -> None:
    first = random_like(read(BASE), 11)
    second = noise(first, 0.05, 1)
    third = noise(second, 0.05, 2)
    folders = [write(tmp_path / name, one, BASE) for name, one in (("a", first), ("b", second), ("c", third))]
    made = compared(modelcheck, *folders)
    edges = {frozenset((edge["one"], edge["other"])) for edge in made["relations"] if not edge["directed"]}
    assert edges == {frozenset(map(str, folders[:2])), frozenset(map(str, folders[1:]))}


def test_what_the_files_say_and_new_tokens_give_a_direction(modelcheck: Command, tmp_path: Path) -> None:
    parent = write(tmp_path / "Thing", random_like(read(BASE), 12), BASE)
    child = write(tmp_path / "chat", variants.grown(noise(read(parent), 0.02)), BASE, base_model="Thing")
    (edge,) = compared(modelcheck, parent, child)["relations"]
    assert (edge["parent"], edge["child"]) == (str(parent), str(child))
    assert any("8 rows more" in reason for reason in edge["reasons"])


def test_search_finds_the_nearest_of_many(modelcheck: Command, tmp_path: Path) -> None:
    bases = {f"base-{seed}": random_like(read(BASE), seed) for seed in range(12)}
    for name, tensors in bases.items():
        write(tmp_path / "known" / name, tensors, BASE)
    own = write(tmp_path / "own", noise(bases["base-7"], 0.05), BASE)
    made = compared(modelcheck, own, "--search", tmp_path / "known")
    derived = [pair for pair in made["pairs"] if pair["outcome"] == "derived"]
    assert [pair["other"].rpartition("/")[2] for pair in derived] == ["base-7"]
    assert {pair["outcome"] for pair in made["pairs"]} == {"derived", "not derived"}
    text = modelcheck("lineage", own, "--search", tmp_path / "known", "--offline", "-q").out
    assert text.index("base-7") < text.index("base-1")


def test_a_page_without_scripts_that_escapes_what_is_in_it(modelcheck: Command, tmp_path: Path) -> None:
    hostile = write(tmp_path / "<script>alert(1)<", noise(read(BASE), 0.05), BASE)
    page = tmp_path / "l.html"
    assert modelcheck("lineage", hostile, BASE, INSTRUCT, "--offline", "-q", "--format", f"html={page}").code == 0
    text = page.read_text()
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;" in text
    assert text.count("<circle") == 3


FAULTS = {
    "a folder that is missing": (("nothing-here", INSTRUCT), 4, "nothing-here"),
    "an adapter": (("adapter", INSTRUCT), 4, "an adapter has no layers"),
    "pickled": ((ROOT / "fixtures/pickle-only", INSTRUCT), 4, "pickled weights are never loaded"),
    "cut off": (("cut", INSTRUCT), 4, "its header describes"),
    "one without a parent": ((INSTRUCT,), 2, "names no model of the Hub"),
    "a place that is none": ((INSTRUCT, "--search", "no such/place"), 2, "no folder, no file of fingerprints"),
    "a folder without checkpoints": ((INSTRUCT, "--search", "empty"), 2, "no checkpoint in this folder"),
    "an author offline": ((INSTRUCT, "--search", "acme"), 2, "--offline"),
    "a format that is none": ((INSTRUCT, BASE, "--format", "xml"), 2, "xml"),
    "the same twice": ((INSTRUCT, INSTRUCT), 2, "are the same: give another checkpoint"),
    "the same by two paths": ((INSTRUCT, f"{INSTRUCT}/../tiny-instruct/"), 2, "are the same: give another checkpoint"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_compared_is_said(modelcheck: Command, tmp_path: Path, fault: str) -> None:
    words, code, said = FAULTS[fault]
    (tmp_path / "empty").mkdir()
    (tmp_path / "adapter").mkdir()
    (tmp_path / "adapter/adapter_config.json").write_text('{"peft_type": "LORA"}')
    cut = write(tmp_path / "cut", read(BASE), BASE)
    (cut / "model.safetensors").write_bytes((cut / "model.safetensors").read_bytes()[:-100])
    done = modelcheck("lineage", *words, "--offline", "-q", cwd=tmp_path)
    assert done.code == code
    assert said in " ".join((done.out + done.err).split())
    assert "Traceback" not in done.err


def test_nothing_explains_a_result_where_none_is(modelcheck: Command) -> None:
    done = modelcheck("lineage", ROOT / "fixtures/pickle-only", INSTRUCT, "--offline", "-q")
    assert done.code == 4
    assert "How to read" not in done.out


def test_a_reason_that_many_parts_have_is_told_once(modelcheck: Command, tmp_path: Path) -> None:
    write(tmp_path / "zero", {name: 0 * values for name, values in read(BASE).items()}, BASE)
    (pair,) = compared(modelcheck, tmp_path / "zero", BASE)["pairs"]
    assert pair["outcome"] == "cannot tell"
    assert pair["why"] == "layer 0 gate has too few rows that differ, are finite and not zero (and 8 other parts likewise)"


def test_a_table_of_long_names_fits_into_a_terminal(modelcheck: Command, tmp_path: Path) -> None:
    deep = tmp_path / ("a-folder-with-a-long-name" * 3)
    folders = [write(deep / f"model-{seed}", random_like(read(BASE), seed), BASE) for seed in range(4)]
    text = modelcheck("lineage", *folders, "--offline", "-q").out
    assert max(map(len, text.splitlines())) <= 80
    assert all(text.count(f"/model-{seed}") == 3 for seed in range(4))


def test_a_search_does_not_find_the_checkpoint_itself(modelcheck: Command, tmp_path: Path) -> None:
    for seed in range(2):
        write(tmp_path / f"m{seed}", random_like(read(BASE), seed), BASE)
    made = compared(modelcheck, "./m0", "--search", ".", cwd=tmp_path)
    assert [(pair["one"], pair["other"]) for pair in made["pairs"]] == [("./m0", "m1")]


def test_one_that_cannot_be_read_stops_no_other(modelcheck: Command) -> None:
    done = modelcheck("lineage", BASE, ROOT / "fixtures/pickle-only", INSTRUCT, "--offline", "-q", "--format", "json")
    assert done.code == 4
    assert [pair["outcome"] for pair in done.json["pairs"]] == ["derived"]
    assert done.json["not_read"][0]["name"].endswith("pickle-only")


def test_help_names_all_options_and_the_subcommand(modelcheck: Command) -> None:
    text = modelcheck("lineage", "--help").out
    for word in ("--search", "--format", "--offline", "--jobs", "index"):
        assert word in text
    assert max(map(len, text.splitlines())) <= 100


def test_independent_models_are_never_called_derived(modelcheck: Command, tmp_path: Path) -> None:
    """33 checkpoints with random weights: 528 pairs."""
    for seed in range(33):
        write(tmp_path / f"m{seed}", random_like(read(BASE), 100 + seed), BASE)
    made = compared(modelcheck, *sorted(tmp_path.iterdir()))
    assert len(made["pairs"]) == 528
    assert [pair for pair in made["pairs"] if pair["outcome"] == "derived"] == []
    assert sum(pair["outcome"] == "not derived" for pair in made["pairs"]) > 450
    assert np.median([pair["p"] for pair in made["pairs"]]) > 0.5


def test_the_json_has_what_the_text_says(modelcheck: Command) -> None:
    made = compared(modelcheck, BASE, INSTRUCT)
    assert set(made) == {"version", "checkpoints", "pairs", "relations", "merges", "not_read"}
    assert set(made["pairs"][0]["compared"][0]) == {"part", "axis", "in_place", "of", "p", "cosine", "change", "equal"}
    json.dumps(made, allow_nan=False)


def test_a_search_looks_past_the_first_layers(modelcheck: Command, tmp_path: Path) -> None:
    own = read(BASE)
    last = max(name for name in own if "o_proj" in name)
    for name, tensors in (("copy", own), ("tuned", own | {last: own[last] + 1})):
        write(tmp_path / "known" / name, tensors, BASE)
    made = compared(modelcheck, BASE, "--search", tmp_path / "known")
    found = {
        pair["other"].rpartition("/")[2]: (pair["degree"], pair["whole"], pair["elsewhere"])
        for pair in made["pairs"]
        if pair["one"] == str(BASE)
    }
    assert found["copy"] == ("identical", True, None)
    assert found["tuned"] == ("far", False, last.removeprefix("model."))


def test_of_fingerprints_it_is_said_that_they_are_a_part(modelcheck: Command, tmp_path: Path) -> None:
    write(tmp_path / "copy", read(BASE), BASE)
    assert modelcheck("lineage", "index", tmp_path / "known.jsonl", tmp_path / "copy", "--offline", "-q").code == 0
    for _ in range(4):
        write(tmp_path / f"other-{_}", random_like(read(BASE), _), BASE)
    words = ("lineage", BASE, "--search", tmp_path / "known.jsonl", "--offline", "-q")
    assert "the same weights, where they were read" in modelcheck(*words).out
    text = modelcheck(*words, *(word for _ in range(4) for word in ("--search", tmp_path / f"other-{_}"))).out
    assert "same in part" in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_quantized_copy_is_one_where_it_was_read(modelcheck: Command, tmp_path: Path) -> None:
    write_gguf(tmp_path / "model.gguf", read(INSTRUCT), "Q8_0")
    text = " ".join(modelcheck("lineage", tmp_path / "model.gguf", INSTRUCT, "--offline", "-q").out.split())
    assert "no further apart than the quantization explains, where they were read" in text


def test_what_is_missing_is_said(modelcheck: Command, tmp_path: Path) -> None:
    part = write(tmp_path / "part", read(BASE), BASE)
    (part / "model.safetensors").rename(part / "model-00001-of-00003.safetensors")
    write_gguf(tmp_path / "cut.gguf", read(BASE), "F16")
    content = (tmp_path / "cut.gguf").read_bytes()
    (tmp_path / "cut.gguf").write_bytes(content[: len(content) // 2])
    for made, says in (
        (part, "1 of 3 files of weights are there"),
        (tmp_path / "cut.gguf", "cut.gguf ends before its last tensor"),
    ):
        text = " ".join(modelcheck("lineage", made, BASE, "--offline", "-q").out.split())
        assert says in text
        assert any(says in (one["missing"] or "") for one in compared(modelcheck, made, BASE)["checkpoints"])


def test_a_search_finds_clones(modelcheck: Command, tmp_path: Path) -> None:
    write(tmp_path / "known/clone", read(BASE), BASE)
    (tmp_path / "known/clone/.git").mkdir()
    assert [pair["degree"] for pair in compared(modelcheck, BASE, "--search", tmp_path / "known")["pairs"]] == ["identical"]
