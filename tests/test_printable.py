"""Nothing in a file, a name or a target controls the terminal or the CI system that a report is shown in."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest
from modelcheck.printable import one_line, printable
from modelcheck.reporters.formats import MODULES

from conftest import Command
from hostile.attack import Files, write_files
from reporters.formal import CHECKS

EVIL = "\x1b]0;owned\x07\x1b[2J\x1b[5m\x9b31m\u202e\u2066\x08"
COMMAND = f"{EVIL}\n::error::owned"
CHECKPOINT: Files = {
    "config.json": json.dumps({"model_type": f"llama{EVIL}", "_name_or_path": f"acme/x{COMMAND}-Instruct", "eos_token_id": 7}),
    "README.md": f"---\nlicense: mit\n---\nThis is a base model {EVIL} and is not instruct.\n::error::owned this is a base model\n",
    "chat_template.jinja": "{{ raise_exception('" + EVIL + "\\n::error::owned') }}",
    "tokenizer_config.json": json.dumps({"eos_token": f"<|{COMMAND}|>"}),
    "generation_config.json": json.dumps({"eos_token_id": [1, 2]}),
}
USE = "vllm serve acme/x-base --tool-call-parser hermes\n"
TREE: Files = {
    "compose.yaml": json.dumps(
        {"services": {"a": {"image": "vllm/vllm-openai", "command": ["--model", f"a/b-base{COMMAND}", "--tool-call-parser", "x"]}}}
    ),
    f"{COMMAND}.sh": USE,
    "::error::file.sh": USE,
    "##[error]file.sh": USE,
    f"d{COMMAND}/run.sh": USE,
    f"d{COMMAND}/config.json": "{",
}


@pytest.mark.parametrize("style", ["-vv", "--why"])
@pytest.mark.parametrize("format_", ["text", "json", "jsonl"])
@pytest.mark.parametrize("target", ["tree", "checkpoint", f"named{EVIL}", f"missing{EVIL}/", f"a/b{EVIL}"])
def test_reports_hold_no_control_character_and_no_command(
    target: str, format_: str, style: str, modelcheck: Command, tmp_path: Path
) -> None:
    write_files(tmp_path / "tree", TREE)
    write_files(tmp_path / "checkpoint", CHECKPOINT)
    write_files(tmp_path / f"named{EVIL}", CHECKPOINT)
    done = modelcheck("scan", target, "--offline", "--format", format_, style)
    assert done.code in (0, 1, 4)
    assert_harmless(done.out)
    assert_harmless(done.err)
    if format_ == "json":
        assert done.json["tool"]["name"] == "modelcheck"


@pytest.mark.parametrize("target", ["tree", "checkpoint", f"named{EVIL}", f"a/b{EVIL}"])
def test_no_format_holds_a_control_character_or_a_command_that_is_not_its_own(
    target: str, modelcheck: Command, tmp_path: Path
) -> None:
    write_files(tmp_path / "tree", TREE)
    write_files(tmp_path / "checkpoint", CHECKPOINT)
    write_files(tmp_path / f"named{EVIL}", CHECKPOINT)
    words = [word for name in MODULES for word in ("--format", f"{name}=report.{name}")]
    assert modelcheck("scan", target, "--offline", *words).code in (0, 1, 4)
    again = [word for name in MODULES if name != "json" for word in ("--format", f"{name}=again.{name}")]
    assert modelcheck("report", "report.json", *again).code in (0, 1, 4)
    for path in (*tmp_path.glob("report.*"), *tmp_path.glob("again.*")):
        name, text = path.suffix[1:], path.read_text("utf-8")
        CHECKS[name](text)
        if name in ("github", "azure", "teamcity"):
            own = r"^(::(error|warning|notice) |##vso\[task\.logissue |##teamcity\[inspection(Type)? )"
            text = "\n".join(re.sub(own, "", line) for line in text.splitlines())
        assert_harmless(text)
    assert len(list(tmp_path.glob("again.*"))) == len(MODULES) - 1


def test_a_scan_of_the_working_folder_starts_no_line_with_a_command(modelcheck: Command, tmp_path: Path) -> None:
    write_files(tmp_path, TREE)
    done = modelcheck("scan", "--offline", "--output", "report.txt")
    report = (tmp_path / "report.txt").read_text()
    assert_harmless(done.err)
    assert_harmless(report)
    assert "\\u003a:error::file.sh:1" in report


def test_json_says_what_was_there(modelcheck: Command, tmp_path: Path) -> None:
    write_files(tmp_path / f"named{EVIL}", CHECKPOINT)
    report = modelcheck("scan", f"named{EVIL}", "--offline", "--format", "json").json
    assert report["checkpoints"][0]["target"] == f"named{EVIL}"


def assert_harmless(text: str) -> None:
    assert not {one for one in text if one != "\n" and unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp")}
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::") or "##[" in line]


def test_ordinary_text_stays() -> None:
    for text in ("é — 日本語 😀\n\ttext: ok\r\n", "# heading\n## [link]", "a::b", "model: x"):
        assert printable(text) == text


def test_colors_stay_where_they_are_ours() -> None:
    assert printable("\x1b[31mred\x1b[0m\x1b]0;t\x07", colors=True) == "\x1b[31mred\x1b[0m\\u001b]0;t\\u0007"


def test_one_line_changes_only_what_it_must() -> None:
    same = ("a", {"b": ["c"]})
    assert one_line(same) == same
    assert one_line(["a\nb", ("\x1b",)]) == ["a↵b", ("\\u001b",)]
