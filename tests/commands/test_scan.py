"""``modelcheck scan`` as a user runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import ROOT, Command, clean_environment, write_tree
from terminals import written_to_terminal

FIXTURES = ROOT / "fixtures"
COMPOSE = (FIXTURES / "chat-on-base/compose.yaml").read_text()
CARD = "---\nlicense: mit\n---\n# A model\n"


def test_the_straight_line(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"compose.yaml": COMPOSE})
    done = modelcheck("scan", "compose.yaml", "--offline", cwd=tmp_path)
    assert done.code == 1
    assert "compose.yaml:7:15: error: meta-llama/Meta-Llama-3-8B is a base model" in done.out
    assert "[deploy/base-weights-behind-chat]" in done.out
    write_tree(tmp_path, {"compose.yaml": COMPOSE.replace("Meta-Llama-3-8B", "Meta-Llama-3-8B-Instruct")})
    done = modelcheck("scan", "compose.yaml", "--offline", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert done.out.endswith("no findings in 1 use\n")


def test_without_a_target_it_is_the_current_folder(modelcheck: Command) -> None:
    done = modelcheck("scan", "--offline", "--format", "json", cwd=FIXTURES / "chat-on-base")
    assert [use["path"] for use in done.json["uses"]] == ["compose.yaml", "k8s/server.yaml"]


def test_a_folder_that_is_both_is_read_as_both(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"config.json": '{"model_type": "llama"}', "README.md": "# x", "deploy/compose.yml": COMPOSE})
    done = modelcheck("scan", ".", "--offline", "--format", "json", cwd=tmp_path)
    rules = {(found["rule"], found["at"]["path"]) for found in done.json["findings"]}
    assert rules == {("card/license-missing", "README.md"), ("deploy/base-weights-behind-chat", "deploy/compose.yml")}


def test_a_checkpoint_is_worked_on_once_however_many_name_it(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"a/compose.yml": COMPOSE, "b/compose.yml": COMPOSE})
    done = modelcheck("scan", ".", "--offline", "--format", "json", cwd=tmp_path)
    assert len(done.json["uses"]) == 2
    assert [checkpoint["target"] for checkpoint in done.json["checkpoints"]] == ["meta-llama/Meta-Llama-3-8B"]
    assert len(done.json["findings"]) == 2


def test_the_same_checkpoint_under_two_names_is_reported_under_both(modelcheck: Command) -> None:
    done = modelcheck("scan", "tiny-base", "./tiny-base/", "--offline", "--format", "json", cwd=FIXTURES)
    assert [checkpoint["target"] for checkpoint in done.json["checkpoints"]] == ["tiny-base", "./tiny-base/"]
    assert len({json.dumps(checkpoint["verdict"]) for checkpoint in done.json["checkpoints"]}) == 1


def test_a_local_model_that_the_tree_holds_is_judged_by_its_files(modelcheck: Command, tmp_path: Path) -> None:
    model = {f"models/x/{path.name}": path.read_bytes() for path in (FIXTURES / "tiny-instruct").iterdir()}
    compose = COMPOSE.replace("meta-llama/Meta-Llama-3-8B", "./models/x")
    write_tree(tmp_path, {**model, "compose.yaml": compose})
    done = modelcheck("scan", "compose.yaml", "--offline", "--format", "json", cwd=tmp_path)
    assert done.json["checkpoints"][0]["source"] == "folder"
    assert (done.json["uses"][0]["verdict"], done.code) == ("instruct", 0)


def test_a_name_alone_is_judged_and_says_so(modelcheck: Command) -> None:
    done = modelcheck("scan", "acme/Some-7B-Instruct", "--offline")
    assert done.code == 0
    assert "acme/Some-7B-Instruct: instruct" in done.out
    assert "only the name is known" in done.out
    done = modelcheck("scan", "acme/some-7b", "--offline")
    assert done.code == 4  # it may be a path that does not exist
    assert "acme/some-7b: unknown" in done.out


def test_select_ignore_and_fail_on(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"README.md": "# x", "config.json": '{"model_type": "llama"}', "pytorch_model.bin": b"x"})

    def rules(*words: str) -> tuple[list[str], int]:
        done = modelcheck("scan", ".", "--offline", "--format", "json", *words, cwd=tmp_path)
        return sorted(found["rule"] for found in done.json["findings"]), done.code

    assert rules() == (["card/license-missing", "security/pickle-only"], 0)
    assert rules("--select", "card") == (["card/license-missing"], 0)
    assert rules("--select", "security/pickle-only", "--fail-on", "warning") == (["security/pickle-only"], 1)
    assert rules("--ignore", "card", "--fail-on", "note") == (["security/pickle-only"], 1)
    assert rules("--fail-on", "warning") == (["card/license-missing", "security/pickle-only"], 1)
    assert rules("--fail-on", "never") == (["card/license-missing", "security/pickle-only"], 0)


def test_the_configuration_file_sets_what_the_command_line_does_not(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"README.md": "# x", "config.json": '{"model_type": "llama"}', "skipped/compose.yaml": COMPOSE})
    project = '[tool.modelcheck]\noffline = true\nexclude = ["skipped/*"]\n'
    project += '[tool.modelcheck.rules."card/license-missing"]\nseverity = "error"\n'
    write_tree(tmp_path, {"pyproject.toml": project})
    done = modelcheck("scan", ".", "--format", "json", cwd=tmp_path)
    assert [(found["rule"], found["severity"]) for found in done.json["findings"]] == [("card/license-missing", "error")]
    assert done.code == 1
    write_tree(tmp_path, {"other.toml": 'ignore = {"card/license-missing" = "told so"}\noffline = true\n'})
    done = modelcheck("scan", "README.md", "--config", "other.toml", "--format", "json", cwd=tmp_path)
    assert (done.json["findings"], done.code) == ([], 0)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("scan", "--format", "xml", "."), "'xml' is not one of azure, checkstyle, concise, github,"),
        (("scan", "--select", "tempalte", "."), "did you mean 'template'"),
        (("scan", "--ignore", "nothing-like-it", "."), "unknown rule or area"),
        (("scan", "--budget", "much", "."), "'much'"),
        (("scan", "--config", "missing.toml", "."), "missing.toml"),
        (("scan", "--no-such-option"), "No such option"),
        (("nonsense",), "No such command"),
    ],
)
def test_misuse_exits_2_and_says_what_to_do(words: tuple[str, ...], says: str, modelcheck: Command) -> None:
    done = modelcheck(*words)
    assert done.code == 2
    assert says in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("./no-such-folder", "not-found"),
        ("no-such.yaml", "not-found"),
        ("a/b/c", "not-found"),
        ("acme/model@", "not-found"),
        ("..hidden/model", "not-found"),
        ("acme/model@../../etc", "not-found"),
    ],
)
def test_a_target_that_cannot_be_is_an_error_and_the_others_go_on(target: str, kind: str, modelcheck: Command) -> None:
    done = modelcheck("scan", target, str(FIXTURES / "tiny-base"), "--offline", "--format", "json")
    assert [(error["target"], error["kind"]) for error in done.json["errors"]] == [(target, kind)]
    assert done.json["checkpoints"][0]["verdict"]["label"] == "base"
    assert done.code == 4


def test_the_report_goes_to_a_file(modelcheck: Command, tmp_path: Path) -> None:
    done = modelcheck("scan", FIXTURES / "tiny-base", "--offline", "--format", "json", "--output", "report.json", cwd=tmp_path)
    assert done.out == ""
    assert json.loads((tmp_path / "report.json").read_text())["schema"] == 1


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        (("scan", ".", "--offline", "--output", "missing/report.txt"), "missing/report.txt"),
        (("scan", ".", "--offline", "--output", "missing/report.jsonl", "--format", "jsonl"), "missing/report.jsonl"),
        (("scan", ".", "--offline", "--baseline", "missing/known.json"), "missing/known.json"),
        (("lock", "--output", "missing/modelcheck.lock"), "missing/modelcheck.lock"),
    ],
)
def test_a_file_that_cannot_be_written_is_misuse(
    arguments: tuple[str, ...], path: str, modelcheck: Command, tmp_path: Path
) -> None:
    write_tree(tmp_path, {"run.sh": "echo\n"})
    done = modelcheck(*arguments, cwd=tmp_path)
    assert (done.code, done.err) == (2, f"Error: cannot write {path}: No such file or directory\n")


def test_quiet_prints_findings_and_the_summary_and_verbose_all_the_evidence(modelcheck: Command) -> None:
    quiet = modelcheck("scan", "--offline", "-q", ".", cwd=FIXTURES / "wrong-eos").out
    assert quiet.startswith("generation_config.json:3:19: error:")
    usual = modelcheck("scan", "--offline", ".", cwd=FIXTURES / "wrong-eos").out
    verbose = modelcheck("scan", "--offline", "-v", ".", cwd=FIXTURES / "wrong-eos").out
    assert len(quiet) < len(usual) < len(verbose)
    assert "(stops: identity/turn-end-is-eos)" in " ".join(verbose.split())


def in_terminal(*arguments: str, cwd: Path) -> str:
    """What a command prints on a terminal of 80 columns."""
    command = [sys.executable, "-P", "-m", "modelcheck", *arguments]
    return written_to_terminal(command, cwd=cwd, env=clean_environment(NO_COLOR="1"))


def test_every_line_fits_a_terminal_of_80_columns_and_in_a_pipe_a_finding_is_one_line(modelcheck: Command) -> None:
    for fixture in ("wrong-eos", "chat-on-base", "broken-yaml", "shard-missing"):
        lines = in_terminal("scan", "--offline", "-v", ".", cwd=FIXTURES / fixture).splitlines()
        assert lines
        assert all(len(line) <= 80 for line in lines)
    piped = modelcheck("scan", "--offline", ".", cwd=FIXTURES / "chat-on-base").out.splitlines()
    found = [line for line in piped if ": error: " in line]
    assert [line.partition(": error: ")[0] for line in found] == ["compose.yaml:7:15", "k8s/server.yaml:17:22"]
    assert all(line.endswith("[deploy/base-weights-behind-chat]") for line in found)


def test_colours_are_for_terminals_only(modelcheck: Command) -> None:
    assert "\x1b[" not in modelcheck("scan", "--offline", ".", cwd=FIXTURES / "wrong-eos").out


def test_ctrl_c_ends_with_what_was_done(tmp_path: Path) -> None:
    """Interrupted while a template renders, the report of the first target is kept and the exit code is 130."""
    endless = "{% for i in range(99999) %}{% for j in range(99999) %}x{% endfor %}{% endfor %}"
    for number in range(20):
        write_tree(tmp_path, {f"slow{number}/chat_template.jinja": endless, f"slow{number}/config.json": '{"model_type": "x"}'})
    command = [sys.executable, "-P", "-m", "modelcheck", "scan", str(FIXTURES / "tiny-base"), "--offline", "--format", "json"]
    command += [str(tmp_path / f"slow{number}") for number in range(20)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean_environment())
    time.sleep(4)
    os.kill(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert running.returncode == 130, err
    report = json.loads(out)
    assert report["interrupted"]
    assert report["checkpoints"][0]["verdict"]["label"] == "base"
