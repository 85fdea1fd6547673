"""``modelcheck compare`` on the tiny pair, in real processes: reports, resuming, interrupts, trainings that go wrong."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from modelcheck.compare.comparing import by_conversation

from conftest import ROOT, Command, Done, clean_environment, needs

FIXTURES = ROOT / "fixtures"
PAIR = (str(FIXTURES / "tiny-base"), str(FIXTURES / "tiny-instruct"))
DATA = FIXTURES / "starting-points/capitals.jsonl"
SMALL = ("--seeds", "0", "--rates", "1e-3", "--max-length", "128", "--steps", "4")

pytestmark = needs("torch", "peft", "scipy")


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a comparison has run to its end, so that others go on from it."""
    return tmp_path_factory.mktemp("compare")


def few(folder: Path, count: int = 40) -> Path:
    path = folder / "chats.jsonl"
    path.write_text("".join(DATA.read_text("utf-8").splitlines(keepends=True)[:count]), "utf-8")
    return path


def run(modelcheck: Command, work: Path, *words: str, starts: tuple[str, ...] = PAIR) -> Done:
    return modelcheck("compare", *starts, "--offline", "--data", few(work), *words, cwd=work, timeout=300)


def test_starts_as_they_are_and_after_a_short_training(modelcheck: Command, work: Path) -> None:
    done = run(modelcheck, work, *SMALL, "--format", "json", "--format", "html=page.html", "--format", "markdown=page.md")
    assert done.code == 0, done.err
    made = done.json
    assert made["data"]["conversations"] == 40
    base, instruct = made["starts"]
    assert (base["label"], instruct["label"]) == ("base", "instruct")
    own = next(pair for pair in made["triage"] if pair["measure"] == "own")
    assert (own["better"], own["decided"]) == (PAIR[1], True)
    for one in (base, instruct):
        (trained,) = one["trained"]
        assert trained["amounts"] == [8, 16, 32]
        assert [len(losses) for losses in trained["losses"]] == [len(made["data"]["held"])] * 3
    (learned,) = base["trained"]
    assert sum(learned["losses"][-1]) < sum(learned["before"]), "the base model learns its new format"
    assert len(made["pairs"]) == 1
    assert "<svg" in (work / "page.html").read_text()
    assert "# Answer" in (work / "page.md").read_text()
    assert (work / ".modelcheck_compare/.gitignore").read_text() == "*\n"


def test_the_same_again_runs_nothing(modelcheck: Command, work: Path) -> None:
    first = run(modelcheck, work, *SMALL)
    results = {path: path.stat().st_mtime_ns for path in (work / ".modelcheck_compare").glob("*.jsonl")}
    start = time.monotonic()
    again = run(modelcheck, work, *SMALL)
    assert again.out == first.out
    assert {path: path.stat().st_mtime_ns for path in (work / ".modelcheck_compare").glob("*.jsonl")} == results
    assert time.monotonic() - start < 30
    text = again.out
    assert max(map(len, text.splitlines())) <= 100
    assert "is the better start" in text or "Cannot tell" in text
    assert "worse" not in text


def test_a_result_that_was_cut_off_is_made_again(modelcheck: Command, work: Path) -> None:
    whole = run(modelcheck, work, *SMALL, "--format", "json").json
    path = next((work / ".modelcheck_compare").glob("train-*.jsonl"))
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-2]) + '{"points": [{"st')
    again = run(modelcheck, work, *SMALL, "--format", "json").json
    assert again["pairs"] == whole["pairs"], "the same seeds give the same"


def test_what_is_learned_on_the_base_runs_on_the_instruct_model(modelcheck: Command, work: Path) -> None:
    made = run(modelcheck, work, *SMALL, "--graft", "--format", "json").json
    assert [one["name"] for one in made["starts"]][2] == f"{PAIR[0]} on {PAIR[1]}"
    assert len(made["pairs"]) == 3


def test_another_metric_decides(modelcheck: Command, work: Path) -> None:
    made = run(modelcheck, work, *SMALL, "--metric", "f1", "--format", "json").json
    assert [pair["measure"] for pair in made["pairs"]] == ["f1", "loss"]
    assert "points of f1" in made["answer"][0]


def test_a_training_that_diverges_is_told_and_the_rest_stays(modelcheck: Command, tmp_path: Path) -> None:
    done = run(modelcheck, tmp_path, "--seeds", "0", "--rates", "1e30,1e32", "--steps", "4", "--max-length", "128")
    assert done.code == 4
    assert "could not be run to the end: its training did not stay finite" in " ".join(done.out.split())
    assert "answers in its format" in done.out


def test_an_interrupt_keeps_what_was_done(tmp_path: Path) -> None:
    words = [*PAIR, "--offline", "--data", str(few(tmp_path, 200)), "--train", "100%", "--max-length", "128", "--epochs", "50"]
    command = [sys.executable, "-P", "-m", "modelcheck", "compare", *words]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=clean_environment(),
        start_new_session=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "steps, seed 0" in line:
            break
    time.sleep(1)
    os.kill(process.pid, signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Interrupted: what follows is from the part that was done" in " ".join(out.split())
    assert "answers in its format" in out


REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "one start": ((PAIR[0], "--data", str(DATA)), "give two starts or more"),
    "no data": (PAIR, "Missing option '--data'"),
    "data that does not exist": ((*PAIR, "--data", "none.jsonl"), "does not exist"),
    "a share": ((*PAIR, "--data", str(DATA), "--train", "150%"), "is no share"),
    "both": ((*PAIR, "--data", str(DATA), "--train", "--steps", "5"), "cannot be used together"),
    "seeds": ((*PAIR, "--data", str(DATA), "--seeds", "1,1"), "is no list of different numbers"),
    "a metric": ((*PAIR, "--data", str(DATA), "--metric", "exactmatch", "--train"), "did you mean 'exact-match'?"),
    "a format": ((*PAIR, "--data", str(DATA), "--format", "pdf"), "there are text, json, markdown, html"),
    "a metric without a training": ((*PAIR, "--data", str(DATA), "--metric", "f1"), "--metric has no effect without --train"),
    "a folder that cannot be made": ((*PAIR, "--data", str(DATA), "--work", f"{DATA}/x"), "Not a directory"),
    "a start twice": ((PAIR[0], PAIR[0], "--data", str(DATA)), "is given twice"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_misuse_is_told_before_anything_runs(name: str, modelcheck: Command, tmp_path: Path) -> None:
    words, why = REFUSED[name]
    done = modelcheck("compare", "--offline", *words, cwd=tmp_path)
    assert done.code == 2, done.err
    assert why in done.err
    assert "Traceback" not in done.err
    assert not list(tmp_path.glob(".modelcheck_compare/*.jsonl"))


def test_one_conversation_and_too_little_memory(modelcheck: Command, tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text(DATA.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    done = modelcheck("compare", *PAIR, "--offline", "--data", "one.jsonl", cwd=tmp_path)
    assert (done.code, "1 conversations with 1 different questions are too few" in done.err) == (2, True)
    small = run(modelcheck, tmp_path, "--max-gb", "0.1")
    assert small.code == 4
    assert "more than" in small.out


def test_weights_that_are_no_numbers_are_told(modelcheck: Command, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from safetensors.torch import load_file, save_file

    broken = shutil.copytree(FIXTURES / "tiny-base", tmp_path / "broken")
    weights = load_file(broken / "model.safetensors")
    weights["model.norm.weight"] = torch.full_like(weights["model.norm.weight"], float("nan"))
    save_file(weights, broken / "model.safetensors", {"format": "pt"})
    done = run(modelcheck, tmp_path, "--format", "json", starts=(str(broken), PAIR[1]))
    assert done.code == 4
    problems: list[Any] = [one["problem"] for one in done.json["starts"]]
    assert problems == ["its outputs are not numbers (NaN)", None]


def test_other_weights_in_the_same_folder_are_run_again(modelcheck: Command, tmp_path: Path) -> None:
    copy = shutil.copytree(FIXTURES / "tiny-base", tmp_path / "copy")
    first = run(modelcheck, tmp_path, "--format", "json", starts=(str(copy), PAIR[1])).json
    shutil.copy(FIXTURES / "base-of-mixed-text/model.safetensors", copy / "model.safetensors")
    second = run(modelcheck, tmp_path, "--format", "json", starts=(str(copy), PAIR[1])).json
    assert first["starts"][0]["digest"] != second["starts"][0]["digest"]
    assert first["starts"][0]["triage"] != second["starts"][0]["triage"]
    assert first["starts"][1] == second["starts"][1]


def test_one_comparison_at_a_time_works_in_a_folder(modelcheck: Command, tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    (tmp_path / ".modelcheck_compare").mkdir()
    with (tmp_path / ".modelcheck_compare/lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = run(modelcheck, tmp_path)
    assert (done.code, "another comparison works in" in done.err) == (2, True)


@pytest.mark.filterwarnings("ignore")
def test_an_adapter_is_asked_as_its_base_is(modelcheck: Command, tmp_path: Path) -> None:
    """An adapter without a tokenizer: format, end and label are those of the base."""
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(FIXTURES / "tiny-instruct")
    get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", r=2, target_modules="all-linear")).save_pretrained(tmp_path / "adapter")
    words = ("--base", PAIR[1], "--format", "json")
    adapter, instruct = run(modelcheck, tmp_path, *words, starts=(str(tmp_path / "adapter"), PAIR[1])).json["starts"]
    assert (adapter["label"], adapter["format"]) == (instruct["label"], instruct["format"]) == ("instruct", "its own chat template")
    assert adapter["triage"]["own"] == pytest.approx(instruct["triage"]["own"], abs=1e-3), "B of a new adapter is zero"


def test_answers_of_one_conversation_count_once() -> None:
    class Fake:
        held = ((0, "a"), (0, "b"), (3, "c"))

    assert by_conversation(Fake(), [1.0, 3.0, 5.0]) == [2.0, 5.0]  # type: ignore[arg-type] # no more of it is used
