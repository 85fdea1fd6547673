"""Mends, made in the files and nowhere else in them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from modelcheck.engine.fixes import plan_fixes, possible
from modelcheck.findings import Edit, Finding, Fix, Severity, Span
from modelcheck.report import Reported

from conftest import ROOT, Command, write_tree


def found(edit: Edit, *, safe: bool = True, local: bool = True) -> Reported:
    return Reported("a/b", Severity.ERROR, "x", Finding("m", fix=Fix("mend it", (edit,), safe=safe)), local)


def edit(path: Path | str, line: int, start: int, end: int, new: str, expected: str | None = None) -> Edit:
    return Edit(Span(str(path), line, start, line, end), new, expected)


def test_the_twin_comes_out_byte_for_byte_and_reading_it_again_finds_nothing(modelcheck: Command, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "fixtures/chat-on-base", tmp_path / "x")
    shown = modelcheck("scan", "x", "--offline", "--diff", "--unsafe-fixes", cwd=tmp_path)
    assert "+      --model meta-llama/Meta-Llama-3-8B-Instruct" in shown.out
    assert (tmp_path / "x/compose.yaml").read_bytes() == (ROOT / "fixtures/chat-on-base/compose.yaml").read_bytes()
    certain = modelcheck("scan", "x", "--offline", "--fix", cwd=tmp_path)
    assert (certain.code, "fixed: 0 problems in 0 files" in certain.err) == (1, True)
    done = modelcheck("scan", "x", "--offline", "--fix", "--unsafe-fixes", cwd=tmp_path)
    assert (done.code, "fixed: 2 problems in 2 files" in done.err) == (0, True)
    twins = list((ROOT / "fixtures/chat-on-instruct").rglob("*.yaml"))
    assert twins
    for twin in twins:
        assert (tmp_path / "x" / twin.relative_to(ROOT / "fixtures/chat-on-instruct")).read_bytes() == twin.read_bytes()
    assert modelcheck("scan", "x", "--offline", cwd=tmp_path).code == 0


def test_a_certain_mend_of_a_checkpoint_is_made(modelcheck: Command, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "fixtures/wrong-eos", tmp_path / "x-instruct")
    done = modelcheck("scan", "x-instruct", "--offline", "--fix", cwd=tmp_path)
    assert (done.code, "fixed: 1 problem in 1 file" in done.err) == (0, True)
    before = (ROOT / "fixtures/wrong-eos/generation_config.json").read_text().splitlines()
    after = (tmp_path / "x-instruct/generation_config.json").read_text().splitlines()
    assert [number for number, (a, b) in enumerate(zip(before, after, strict=True), 1) if a != b] == [3]


def test_only_the_span_changes_with_quotes_line_ends_and_order_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes('é: "a/b" # a/b\r\nz: a/b\r\n'.encode())
    plan = plan_fixes([found(edit(path, 1, 4, 9, "c/d", "a/b")), found(edit(path, 2, 4, 7, "c/d", "a/b"))] * 2, unsafe=False)
    plan.write()
    assert plan.made == 2
    assert path.read_bytes() == 'é: "c/d" # a/b\r\nz: c/d\r\n'.encode()


@pytest.mark.parametrize(
    "one",
    [
        edit("a.yaml", 1, 4, 7, "c/d", "x/y"),
        edit("a.yaml", 9, 4, 7, "c/d"),
        Edit(Span("a.yaml", 1), "c/d"),
        edit("link.yaml", 1, 4, 7, "c/d"),
        edit("none.yaml", 1, 4, 7, "c/d"),
        edit("binary.yaml", 1, 1, 2, "c/d"),
    ],
)
def test_what_cannot_be_mended_is_left_and_told(one: Edit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tree(tmp_path, {"a.yaml": "m: a/b\n", "binary.yaml": b"\xff\xfe\x00"})
    (tmp_path / "link.yaml").symlink_to("a.yaml")
    monkeypatch.chdir(tmp_path)
    plan = plan_fixes([found(one)], unsafe=True)
    assert (plan.made, len(plan.left), plan.texts) == (0, 1, {})


def test_of_two_edits_that_overlap_one_is_made(tmp_path: Path) -> None:
    path = write_tree(tmp_path, {"a": "abcdef\n"}) / "a"
    plan = plan_fixes([found(edit(path, 1, 1, 4, "X")), found(edit(path, 1, 3, 6, "Y"))], unsafe=False)
    assert plan.texts[path][1] == "abYf\n"
    assert len(plan.left) == 1


def test_nothing_of_the_hubs_is_edited_though_a_file_here_has_its_name(tmp_path: Path) -> None:
    path = write_tree(tmp_path, {"config.json": "{}"}) / "config.json"
    assert plan_fixes([found(edit(path, 1, 1, 3, "[]"), local=False)], unsafe=True).texts == {}


@pytest.mark.parametrize(
    ("base", "instruct"),
    [
        ("meta-llama/Llama-2-7b-hf", "meta-llama/Llama-2-7b-chat-hf"),
        ("mistralai/Mistral-7B-v0.3", "mistralai/Mistral-7B-Instruct-v0.3"),
        ("Qwen/Qwen3-8B-Base", "Qwen/Qwen3-8B"),
        ("google/gemma-3-4b-pt", "google/gemma-3-4b-it"),
        ("deepseek-ai/DeepSeek-V3-Base", "deepseek-ai/DeepSeek-V3"),
        ("acme/Thing-7B-Base", "acme/Thing-7B-Instruct"),
        ("EleutherAI/pythia-1b", None),
    ],
)
def test_the_sibling_by_the_familys_convention(base: str, instruct: str | None, modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"run.sh": f"vllm serve {base} --tool-call-parser x\n"})
    (finding,) = modelcheck("scan", "run.sh", "--offline", "--format", "json", cwd=tmp_path).json["findings"]
    title = (finding["fix"] or {}).get("title")
    assert title == (f"use the instruct model, {instruct} (by the family's convention, not looked up)" if instruct else None)
    if instruct is None:
        return
    # And the way back, for a run that goes on pretraining.
    write_tree(tmp_path, {"train.yaml": f"model_name_or_path: {instruct}\nstage: pt\ndo_train: true\n"})
    (finding,) = modelcheck("scan", "train.yaml", "--offline", "--format", "json", cwd=tmp_path).json["findings"]
    assert finding["fix"]["title"] == f"start from the base model, {base} (by the family's convention, not looked up)"


@pytest.mark.parametrize(
    ("text", "at", "exact"),
    [
        ('model: "a/b"\n', (8, 13), (9, 12)),
        ("model: 'a/b'\n", (8, 13), (9, 12)),
        ("model: a/b\n", (8, 11), (8, 11)),
    ],
)
def test_a_fix_is_reported_at_exactly_the_text_that_it_replaces(
    text: str, at: tuple[int, int], exact: tuple[int, int], tmp_path: Path
) -> None:
    path = str(write_tree(tmp_path, {"x.yaml": text}) / "x.yaml")
    (made,) = possible(Fix("use c/d", (Edit(Span(path, 1, at[0], 1, at[1]), "c/d", expected="a/b"),))).edits
    assert (made.at.column, made.at.end_column) == exact
    assert text.splitlines()[0][exact[0] - 1 : exact[1] - 1] == made.expected
