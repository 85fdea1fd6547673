"""The GitHub action: each step is run by bash as a runner runs it, with its environment variables and files."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import ROOT, clean_environment, write_tree

ACTION: dict[str, Any] = yaml.safe_load((ROOT / ".github/actions/scan/action.yml").read_text("utf-8"))
DEFAULTS = {name: one["default"] for name, one in ACTION["inputs"].items()}
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
BASE = "vllm serve acme/x-base --tool-call-parser y\n"
pytestmark = pytest.mark.slow


class Done:
    """What a step left: its exit code, its log, the summary and the outputs of the job."""

    def __init__(self, done: subprocess.CompletedProcess[str], folder: Path) -> None:
        self.code, self.log = done.returncode, done.stdout
        self.error = done.stderr
        self.summary = (folder / "summary.md").read_text()
        self.outputs = dict(line.partition("=")[::2] for line in (folder / "outputs").read_text().splitlines())


def run(name: str, temp: Path, cwd: Path, **inputs: str) -> Done:
    """Run a step of the action in ``cwd``, with the runner's temporary folder ``temp``."""
    values = {f"inputs.{key}": value for key, value in (DEFAULTS | inputs).items()}
    values["github.action_path"] = str(ROOT / ".github/actions/scan")
    step = STEPS[name]
    env = {key: re.sub(r"\$\{\{ *([\w.-]+) *\}\}", lambda found: values[found[1]], text) for key, text in step["env"].items()}
    files = {"RUNNER_TEMP": str(temp), "GITHUB_STEP_SUMMARY": str(cwd / "summary.md"), "GITHUB_OUTPUT": str(cwd / "outputs")}
    for path in ("summary.md", "outputs"):
        with (cwd / path).open("a"):
            pass
    environment = clean_environment(**env, **files, HF_HOME=str(temp / "hf"))
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    return Done(subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=300), cwd)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runner's temporary folder after the first step has installed this checkout."""
    temp, cwd = tmp_path_factory.mktemp("runner"), tmp_path_factory.mktemp("checkout")
    done = run("Install modelcheck", temp, cwd, python=sys.executable)
    assert done.code == 0, done.error
    return temp


def test_no_input_is_read_as_a_command() -> None:
    for step in STEPS.values():
        assert "${{" not in step["run"]


def test_findings_are_annotations_a_summary_and_a_failure(installed: Path, tmp_path: Path) -> None:
    write_tree(tmp_path, {"run.sh": BASE, "summary.md": "before\n"})
    done = run("Scan", installed, tmp_path, targets="run.sh", sarif="out.sarif")
    assert done.code == 1
    assert "::error file=run.sh,line=1," in done.log
    assert done.summary.startswith("before\n")
    assert "deploy/base-weights-behind-chat" in done.summary
    assert done.outputs == {"exit-code": "1", "sarif": "out.sarif"}
    assert json.loads((tmp_path / "out.sarif").read_text())["version"] == "2.1.0"


def test_inputs_change_what_is_done(installed: Path, tmp_path: Path) -> None:
    write_tree(tmp_path, {"run.sh": BASE, "a b/good.sh": "vllm serve acme/x-instruct\n"})
    assert run("Scan", installed, tmp_path, targets="a b/good.sh").code == 0
    assert run("Scan", installed, tmp_path, **{"fail-on": "never"}).code == 0
    assert run("Scan", installed, tmp_path, args="--ignore\ndeploy/base-weights-behind-chat\n").code == 0
    done = run("Scan", installed, tmp_path, targets="\na b/good.sh\nno-such-folder/x\n", summary="false")
    assert (done.code, done.outputs["exit-code"]) == (4, "4")


@pytest.mark.parametrize("evil", ["$(touch ran)", "`touch ran`", "x; touch ran", "--fix", "' || touch ran #"])
def test_hostile_inputs_run_nothing(evil: str, installed: Path, tmp_path: Path) -> None:
    write_tree(tmp_path, {"run.sh": BASE})
    for name in ("targets", "sarif", "fail-on", "args", "summary", "offline"):
        run("Scan", installed, tmp_path, **{name: evil})
    assert not (tmp_path / "ran").exists()
    assert (tmp_path / "run.sh").read_text() == BASE
