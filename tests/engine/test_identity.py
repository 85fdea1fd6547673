"""A finding is the same one when lines above it move and our words change; its line is read from the scanned folder only."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from modelcheck.engine.identity import LONGEST, complete
from modelcheck.findings import Finding, Severity, Span
from modelcheck.plugins import Plugins
from modelcheck.report import Report, Reported

from conftest import Command, write_tree

RULE = "deploy/base-weights-behind-chat"
RUN = "vllm serve acme/Ivy-7B-Base --enable-auto-tool-choice --tool-call-parser hermes\n"
REGISTRY = Plugins().registry
assert REGISTRY.rules, "all are imported"


def found(path: Path | str, line: int | None, column: int | None = 1, *, message: str = "m", local: bool = True) -> Reported:
    at = Span(str(path), line, column, line, (column or 1) + 3)
    return Reported(RULE, Severity.ERROR, "acme/x", Finding(message, at), local)


def completed(*findings: Reported, within: Path | None) -> list[Reported]:
    report = Report(findings=list(findings))
    complete(report, REGISTRY, within)
    assert report.rules.keys() == {RULE}
    return report.findings


BEFORE = "services:\n  a: x\n"
CHANGES = {
    "the same": (BEFORE, 2, "m", True),
    "lines above": ("# a\n\n" + BEFORE, 4, "m", True),
    "indentation": ("services:\n      a:   x\r\n", 2, "m", True),
    "our words": (BEFORE, 2, "other words", True),
    "another text": ("services:\n  a: y\n", 2, "m", False),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_an_identity(change: str, tmp_path: Path) -> None:
    text, line, message, same = CHANGES[change]
    path = tmp_path / "compose.yaml"
    path.write_text(BEFORE)
    (first,) = completed(found(path, 2), within=tmp_path)
    path.write_bytes(text.encode())
    (second,) = completed(found(path, line, message=message), within=tmp_path)
    assert (first.fingerprint == second.fingerprint) is same


def test_equal_lines_are_counted_and_a_suppressed_one_counts_too(tmp_path: Path) -> None:
    path = tmp_path / "run.sh"
    path.write_text("serve x\n" * 3)
    three = completed(*(found(path, line) for line in (3, 1, 2)), within=tmp_path)
    assert [one.fingerprint[-2:] for one in three] == [":1", ":2", ":3"]
    assert len({one.fingerprint[:32] for one in three}) == 1


def test_of_a_long_line_only_the_place_counts_and_only_its_surroundings_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text("x" * 5000 + "abc" + "y" * 5000)
    (first,) = completed(found(path, 1, 5001), within=tmp_path)
    assert first.excerpt
    assert len(first.excerpt.text) == LONGEST
    assert first.excerpt.text[5001 - first.excerpt.start :].startswith("abcy")
    path.write_text("z" * 6000 + "abc" + "y" * 3)
    (second,) = completed(found(path, 1, 6001), within=tmp_path)
    assert first.fingerprint == second.fingerprint


def test_only_files_of_the_scanned_folder_are_read(tmp_path: Path) -> None:
    write_tree(tmp_path, {"secret": "top secret\n", "tree/real.sh": "serve\n"})
    tree = tmp_path / "tree"
    (tree / "out.sh").symlink_to(tmp_path / "secret")
    (tree / "in.sh").symlink_to("real.sh")
    (tree / "loop.sh").symlink_to("loop.sh")
    (tree / "folder.sh").mkdir()
    names = ("out.sh", "../secret", "loop.sh", "folder.sh", "missing.sh", "nul\0.sh")
    for one in completed(*(found(tree / name, 1) for name in names), within=tree):
        assert one.excerpt is None
    (inside,) = completed(found(tree / "in.sh", 1), within=tree)
    assert inside.excerpt
    assert inside.excerpt.text == "serve"
    for one in (found(tree / "real.sh", 1, local=False), found(tree / "real.sh", 9), found(tree / "real.sh", None)):
        (made,) = completed(one, within=tree)
        assert made.excerpt is None
    (made,) = completed(found(tree / "real.sh", 1), within=None)
    assert made.excerpt is None


@pytest.mark.parametrize(
    "line",
    [
        "vllm serve x --hf-token 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",
        "url: https://me:hunter22@host/v1",
        "OPENAI_API_KEY=hunter22hunter22",
        "password: hunter22",
    ],
)
def test_secrets_are_not_repeated_and_columns_stay(line: str, tmp_path: Path) -> None:
    (tmp_path / "run.sh").write_text(line)
    (made,) = completed(found(tmp_path / "run.sh", 1), within=tmp_path)
    assert made.excerpt
    assert len(made.excerpt.text) == len(line)
    assert "hunter22" not in made.excerpt.text
    assert "hf_azb" not in made.excerpt.text


def test_an_ordinary_line_is_shown_as_it_is(tmp_path: Path) -> None:
    line = '"eos_token": "<|im_end|>", "token": 3  # sk-1 hf_home'
    (tmp_path / "c.json").write_text(line)
    (made,) = completed(found(tmp_path / "c.json", 1), within=tmp_path)
    assert made.excerpt
    assert made.excerpt.text == line


def test_a_finding_that_moves_is_the_same_in_the_baseline_and_in_json(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"run.sh": RUN})
    scan = ("scan", ".", "--offline")
    modelcheck(*scan, "--baseline", "known.json", cwd=tmp_path)
    baseline = json.loads((tmp_path / "known.json").read_text())
    assert baseline["version"] == 2
    (entry,) = baseline["findings"]
    (before,) = modelcheck(*scan, "--format", "json", cwd=tmp_path).json["findings"]
    assert entry["fingerprint"] == before["fingerprint"]
    (tmp_path / "run.sh").write_text("#!/bin/sh\n\n" + RUN)
    entry["message"] = "as it was said in another version"
    (tmp_path / "known.json").write_text(json.dumps(baseline))
    done = modelcheck(*scan, "--baseline", "known.json", "--format", "json", cwd=tmp_path)
    assert (done.code, done.json["findings"], done.err) == (0, [], "")
    (hidden,) = done.json["suppressed"]
    assert (hidden["by"], hidden["fingerprint"]) == ("baseline", before["fingerprint"])


@pytest.mark.parametrize(
    ("files", "target", "rule", "line"),
    [
        ({"config.json": '{"model_type": "llama"}\n', "m/config.json": '{"model_type":\n  "llama",\n'}, "m", "unreadable-file", ""),
        ({"x/compose.yaml": "services:\n  llm: {image: vllm/vllm-openai\n  c: d\n"}, "x", "unreadable-file", ""),
        ({"x/run.sh": "vllm serve acme/a-7b # modelcheck: ignore[deploy]\n"}, "x", "useless-suppression", "vllm serve acme/a-7b #"),
    ],
)
def test_what_the_engine_reports_has_its_line_too(
    files: dict[str, str], target: str, rule: str, line: str, modelcheck: Command, tmp_path: Path
) -> None:
    write_tree(tmp_path, files)
    findings = modelcheck("scan", target, "--offline", "--format", "json", cwd=tmp_path).json["findings"]
    (finding,) = [one for one in findings if one["rule"] == rule]
    assert finding["local"]
    assert (finding["excerpt"] or {"text": ""})["text"].startswith(line)


COMPOSE = "services:\n  llm:\n    image: vllm/vllm-openai\n    command: --model acme/Ivy-7B-Base --tool-call-parser hermes\n"
MOVED = (
    "# a comment\n\n"
    + COMPOSE
    + "  ui:\n    image: ghcr.io/open-webui/open-webui\n    environment: {OPENAI_API_BASE_URL: http://llm:8000/v1}\n"
)


def test_every_report_knows_a_finding_whose_line_and_words_have_changed(modelcheck: Command, tmp_path: Path) -> None:
    def scanned() -> tuple[str, list[str]]:
        words = [word for name in ("json", "sarif", "gitlab") for word in ("--format", f"{name}={name}")]
        modelcheck("scan", "compose.yaml", "--offline", *words, cwd=tmp_path)
        whole, run, issues = (json.loads((tmp_path / name).read_text()) for name in ("json", "sarif", "gitlab"))
        result = run["runs"][0]["results"][0]["partialFingerprints"]["primaryLocationLineHash"]
        message = f"{whole['findings'][0]['at']['line']} {whole['findings'][0]['message']}"
        return message, [whole["findings"][0]["fingerprint"], result, issues[0]["fingerprint"]]

    (tmp_path / "compose.yaml").write_text(COMPOSE)
    modelcheck("scan", "compose.yaml", "--offline", "--baseline", "known", cwd=tmp_path)
    before, first = scanned()
    (tmp_path / "compose.yaml").write_text(MOVED)
    after, second = scanned()
    assert before.startswith("4 ") and after.startswith("6 ") and before[2:] != after[2:], "another line, other words"
    assert len({*first, *second}) == 1
    assert modelcheck("scan", "compose.yaml", "--offline", "--baseline", "known", cwd=tmp_path).code == 0


def test_a_baseline_of_version_1_is_still_known_by_its_messages(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"run.sh": RUN})
    (finding,) = modelcheck("scan", ".", "--offline", "--format", "json", cwd=tmp_path).json["findings"]
    old = {"rule": finding["rule"], "path": "run.sh", "message": finding["message"]}
    (tmp_path / "known.json").write_text(json.dumps({"version": 1, "findings": [old]}))
    assert modelcheck("scan", ".", "--offline", "--baseline", "known.json", cwd=tmp_path).code == 0
    (tmp_path / "known.json").write_text(json.dumps({"version": 1, "findings": [old | {"message": "x"}]}))
    assert modelcheck("scan", ".", "--offline", "--baseline", "known.json", cwd=tmp_path).code == 1


def test_a_finding_of_a_plug_in_without_an_identity_has_a_fingerprint() -> None:
    one = found("a.yaml", 3)
    assert one.fingerprint != replace(one, rule="a/b").fingerprint
    assert replace(one, identity=one.fingerprint).fingerprint == one.fingerprint
