"""What other programs write, read from a pipe."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from conftest import clean_environment, write_tree

RENDERED = """\
---
# Source: chart/templates/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: own}
data: {W: acme/Ivy-7B-Base}
---
# Source: chart/templates/server.yaml
apiVersion: v1
kind: Pod
spec:
  containers:
  - image: vllm/vllm-openai
    args: [--model, $(W), --tool-call-parser, hermes]
    envFrom: [{configMapRef: {name: own}}]
"""


def scan(*words: str, given: str | None, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "modelcheck", "scan", *words, "--offline"]
    return subprocess.run(
        command, input=given, capture_output=True, text=True, cwd=cwd, env=clean_environment(), timeout=60, check=False
    )


@pytest.mark.parametrize("target", ["-", "/dev/stdin"])
def test_rendered_manifests_on_standard_input(target: str, tmp_path: Path) -> None:
    done = scan(target, "--format", "json", given=RENDERED, cwd=tmp_path)
    (found,) = json.loads(done.stdout)["findings"]
    assert (done.returncode, found["rule"]) == (1, "deploy/base-weights-behind-chat")
    assert (found["at"]["path"], found["at"]["line"]) == ("stdin.yaml", 6)
    assert [one["at"]["path"] for one in found["related"]] == ["chart/templates/server.yaml"]


def test_a_named_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(RENDERED,), daemon=True)
    writer.start()
    done = scan(str(pipe), given=None, cwd=tmp_path)
    assert (done.returncode, "stdin.yaml:6:11: error" in done.stdout) == (1, True)


def test_a_name_says_which_file_it_is_and_what_is_beside_it(tmp_path: Path) -> None:
    write_tree(tmp_path, {"deploy/.env": "MODEL=acme/Ivy-7B-Base\n", "deploy/compose.yaml": "services: {}\n"})
    compose = "services:\n  llm:\n    image: vllm/vllm-openai\n    command: --model $MODEL --tool-call-parser hermes\n"
    done = scan("-", "--stdin-name", "deploy/compose.yaml", "--format", "text", given=compose, cwd=tmp_path)
    assert (done.returncode, "deploy/.env:1:7: error" in done.stdout, "compose.yaml:4" in done.stdout) == (1, True, True)
    shell = scan("-", "--stdin-name", "run.sh", given="vllm serve acme/Ivy-7B-Base --tool-call-parser x\n", cwd=tmp_path)
    assert (shell.returncode, "run.sh:1:12: error" in shell.stdout) == (1, True)


def test_json_is_known_by_its_first_character(tmp_path: Path) -> None:
    config = json.dumps({"services": {"llm": {"image": "vllm/vllm-openai", "command": ["--model", "acme/Ivy-7b"]}}})
    done = scan("-", "--format", "json", given=config, cwd=tmp_path)
    assert [(use["path"], use["model"]) for use in json.loads(done.stdout)["uses"]] == [("stdin.json", "acme/Ivy-7b")]


@pytest.mark.parametrize(
    ("given", "words", "says"),
    [
        ("", ("-",), "- is empty: the command before it may have failed"),
        ("x: 1\n", ("-", "--stdin-name", "x.unknown"), "x.unknown is not a file that modelcheck reads"),
    ],
)
def test_nothing_to_read_is_an_error(given: str, words: tuple[str, ...], says: str, tmp_path: Path) -> None:
    done = scan(*words, given=given, cwd=tmp_path)
    assert (done.returncode, says in " ".join(done.stdout.split())) == (4, True)


def test_it_is_not_fixed(tmp_path: Path) -> None:
    write_tree(tmp_path, {"stdin.yaml": "untouched\n"})
    done = scan("-", "--fix", "--unsafe-fixes", given=RENDERED, cwd=tmp_path)
    assert (tmp_path / "stdin.yaml").read_text() == "untouched\n"
    assert "fixed: 0 problems in 0 files" in done.stderr


def test_a_pipe_to_which_nobody_writes_is_told_after_the_timeout(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    done = scan("pipe", "--timeout", "0.3", given=None, cwd=tmp_path)
    assert (done.returncode, "pipe is a pipe to which nobody writes" in done.stdout) == (4, True)


def test_bytes_that_are_no_text_are_told_and_text_of_powershell_is_read(tmp_path: Path) -> None:
    write_tree(tmp_path, {"x/run.sh": b"\0" * 3000, "y/run.sh": "vllm serve acme/Ivy-7b\n".encode("utf-16")})
    left = json.loads(scan("x", "--format", "json", given=None, cwd=tmp_path).stdout)["files"]["left"]
    assert left == [{"path": "x/run.sh", "reason": "is not text: it has NUL bytes"}]
    uses = json.loads(scan("y", "--format", "json", given=None, cwd=tmp_path).stdout)["uses"]
    assert [(use["model"], use["line"]) for use in uses] == [("acme/Ivy-7b", 1)]
