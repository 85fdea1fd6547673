"""Files of fingerprints: made, added to, matched against, and refused where they are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.errors import Misuse
from modelcheck.facts.known_weights import read_known

from conftest import ROOT, Command
from lineage.variants import noise, random_like, read, write

BASE, INSTRUCT = ROOT / "fixtures/tiny-base", ROOT / "fixtures/tiny-instruct"


@pytest.fixture
def known(modelcheck: Command, tmp_path: Path) -> Path:
    for seed in range(5):
        write(tmp_path / "known" / f"base-{seed}", random_like(read(BASE), seed), BASE)
    file = tmp_path / "known.jsonl"
    assert modelcheck("lineage", "index", file, "--search", tmp_path / "known", "--offline", "-q").code == 0
    return file


def test_a_checkpoint_is_found_without_the_weights_of_the_others(modelcheck: Command, tmp_path: Path, known: Path) -> None:
    own = write(tmp_path / "own", noise(read(tmp_path / "known/base-3"), 0.05), BASE)
    for folder in (tmp_path / "known").iterdir():
        (folder / "model.safetensors").unlink()
    done = modelcheck("lineage", own, "--search", known, "--offline", "-q", "--format", "json")
    derived = [pair for pair in done.json["pairs"] if pair["outcome"] == "derived"]
    assert [pair["other"].rpartition("/")[2] for pair in derived] == ["base-3"]
    assert derived[0]["degree"] == "close"
    assert derived[0]["change"] == pytest.approx(0.05, rel=0.4)


def test_a_fingerprint_has_a_few_kilobytes_and_none_of_the_weights(known: Path, tmp_path: Path) -> None:
    _, *lines = known.read_text().splitlines()
    assert len(lines) == 5
    assert max(map(len, lines)) < 12_000
    values = read(tmp_path / "known/base-0")["model.layers.0.mlp.up_proj.weight"]
    assert len({entry["digest"] for entry in json.loads(lines[0])["parts"].values()}) == 5
    assert values[:16].size > 16 * 32


def test_adding_keeps_what_is_there_and_renews_what_is_given_again(modelcheck: Command, tmp_path: Path, known: Path) -> None:
    before = known.read_text().splitlines()
    write(tmp_path / "more", random_like(read(BASE), 9), BASE)
    done = modelcheck("lineage", "index", known, tmp_path / "more", tmp_path / "known/base-0", "--offline", "-q")
    assert done.code == 0
    assert "6 fingerprints" in done.out
    assert set(before) < set(known.read_text().splitlines())


def test_scan_against_fingerprints_finds_a_parent_that_is_not_named(modelcheck: Command, tmp_path: Path, known: Path) -> None:
    own = write(tmp_path / "own", noise(read(tmp_path / "known/base-3"), 0.05), BASE, license="mit")
    words = ("scan", own, "--offline", "--select", "weights", "--against", known, "--format", "json")
    (found,) = [one for one in modelcheck(*words).json["findings"] if one["rule"] == "weights/derived-but-undeclared"]
    assert "base-3" in found["message"]
    assert found["at"]["path"].endswith("README.md")
    write(tmp_path / "named", read(own), BASE, base_model="base-3")
    words = ("scan", tmp_path / "named", "--offline", "--select", "weights", "--against", known, "--format", "json")
    assert not [one for one in modelcheck(*words).json["findings"] if one["rule"] == "weights/derived-but-undeclared"]


def test_one_of_the_known_is_no_relative_of_itself(modelcheck: Command, tmp_path: Path, known: Path) -> None:
    done = modelcheck("scan", tmp_path / "known/base-3", "--offline", "--select", "weights", "--against", known, "--format", "json")
    assert "weights/derived-but-undeclared" not in {one["rule"] for one in done.json["findings"]}


HEAD = '{"format": 1, "modelcheck": "0.1", "width": 32}\n'
BAD = {
    "empty": "",
    "no JSON": "abc",
    "another JSON": "[]",
    "another format": '{"format": 9, "modelcheck": "9.0", "width": 32}\n',
    "a line that is none": HEAD + "{}\n",
    "values of another length": HEAD
    + '{"name": "a", "revision": null, "declared": [], "parts": {"embedding": {"name": "e", "shape": [2, 2], "kind": "F32", '
    '"axis": "columns", "rounding": 0, "scaled": false, "digest": "x", "rows": 3, "values": "AAAAAA=="}}}\n',
}


@pytest.mark.parametrize("fault", BAD)
def test_a_file_that_is_none_is_named_with_what_to_do(modelcheck: Command, tmp_path: Path, fault: str) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(BAD[fault])
    for words in (("lineage", BASE, "--search", file), ("lineage", "index", file, BASE), ("scan", BASE, "--against", file)):
        done = modelcheck(*words, "--offline")
        assert done.code == 2, words
        assert "bad.jsonl" in done.err
        assert "Traceback" not in done.err
    assert file.read_text() == BAD[fault]


@given(st.binary(max_size=300))
def test_any_bytes_are_a_file_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.jsonl"
    file.write_bytes(HEAD.encode() + content)
    try:
        read_known(file)
    except Misuse as why:
        assert "any.jsonl" in str(why)


def test_a_file_that_is_missing(modelcheck: Command, tmp_path: Path) -> None:
    done = modelcheck("scan", BASE, "--against", tmp_path / "none.jsonl", "--offline")
    assert done.code == 2
    assert "none.jsonl" in done.err
