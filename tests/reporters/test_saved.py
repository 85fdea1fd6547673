"""A JSON report is read back as it was written, and whatever else a file holds is an error that names the place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from modelcheck.errors import Misuse
from modelcheck.facts.behaviour import Behaviour
from modelcheck.facts.served import Served
from modelcheck.probe.messages import Run, Scores, Written
from modelcheck.report import Report, Style
from modelcheck.reporters.json_report import json_report
from modelcheck.reporters.saved import read_report

from conftest import ROOT, Command
from reporters.reports import hostile, whole

BOTH = (Style(), Style(verbosity=1))


def probed() -> Report:
    """Reports of a model that was run, of a server, and of a model that could not be run."""
    report = whole()
    report.checkpoints *= 2
    text = Written("The sky", " is blue", 3, "<|end|>")
    scores = Scores("ChatML", True, "<|im_end|>", ("<|x|>",), *[(-1.5, -2.0)] * 8, (False, True))
    run = Run("cpu", "float32", 1000, {"load": 1.5})
    made = report.checkpoints
    made[0].behaviour = Behaviour("base", None, scores, 1.25, False, (text,), (text,), run, False, None, "it was stopped")
    made[1].served = Served(
        "answers", "no answer", "", (text,), 1, False, (text,), 2, 3, "ChatML", True, ("ChatML",), -1.0, "no", 12
    )
    report.checkpoints = [made[0], made[1], *[type(made[0])("y", "folder", None, None, unprobed="too large")]]
    return report


@pytest.mark.parametrize("style", BOTH, ids=("counted", "listed"))
@pytest.mark.parametrize("report", [Report(), whole(), Report(interrupted=True), hostile("x\n\ud800<&"), probed()])
def test_what_is_read_back_is_what_was_written(report: Report, style: Style) -> None:
    text = json_report(report, style)
    back = read_report(text.encode("utf-8", "surrogatepass").replace(b"\xed\xa0\x80", b"\\ud800"))
    assert json_report(back, style).replace("\ud800", "\\ud800") == text.replace("\ud800", "\\ud800")
    for lowest in (None, *[found.severity for found in report.findings]):
        assert back.exit_code(lowest) == report.exit_code(lowest)


@pytest.mark.parametrize("words", [(), ("-v",)])
def test_every_fixture_makes_the_round_trip(words: tuple[str, ...], modelcheck: Command, tmp_path: Path) -> None:
    folders = sorted(path for path in (ROOT / "fixtures").iterdir() if path.is_dir() and not path.name.startswith("_"))
    scan = modelcheck("scan", *folders, *words, "--offline", "--format", f"json={tmp_path / 'a.json'}", cwd=ROOT)
    again = modelcheck("report", tmp_path / "a.json", *words, "--format", "json", cwd=ROOT)
    assert (again.code, again.out) == (scan.code, (tmp_path / "a.json").read_text())
    assert len(again.json["findings"]) > 5
    text = ("--format", "text", *words)
    assert (
        modelcheck("report", tmp_path / "a.json", *text, cwd=ROOT).out
        == modelcheck("scan", *folders, "--offline", *text, cwd=ROOT).out
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "it is not valid JSON"),
        ("[" * 100_000, "it is nested too deeply"),
        ("\x80", "it is not valid JSON"),
        ("[]", "it is not a report that `--format json` wrote (schema 1)"),
        ('{"schema": 2, "checkpoints": []}', "it is not a report that"),
        ('{"schema": 1}', "it is not a report that"),
        ('{"schema": 1, "checkpoints": 3}', "checkpoints must be a list"),
        ('{"schema": 1, "checkpoints": [{"target": 3}]}', "checkpoints[0].target must be a text"),
        ('{"schema": 1, "checkpoints": [], "findings": [3]}', "findings[0] must be an object"),
        ('{"schema": 1, "checkpoints": [], "files": {"read": -1}}', "files.read must be a whole number from 0"),
        ('{"schema": 1, "checkpoints": [], "files": {"read": 1' + "0" * 9999 + "}}", "it is not valid JSON"),
        (
            '{"schema": 1, "checkpoints": [], "errors": [{"target": "x", "kind": "bad", "message": ""}]}',
            "errors[0].kind must be one of",
        ),
    ],
)
def test_what_is_no_report_is_told_with_its_place(content: str, says: str, modelcheck: Command, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_bytes(content.encode("latin-1"))
    done = modelcheck("report", "r.json")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"modelcheck: r.json: {says}")
    assert "Traceback" not in done.err


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in a JSON value, with each of its keys."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from places(value[key])


@pytest.mark.parametrize("bad", [None, 3, -1, 1e300, True, "x", [], {}, [3], {"x": 3}])
def test_no_value_anywhere_crashes_the_reader(bad: Any) -> None:
    data = json.loads(json_report(probed(), Style(verbosity=1)))
    for container, key in list(places(data)):
        before, container[key] = container[key], bad
        try:
            json_report(read_report(json.dumps(data).encode()), Style(verbosity=1))
        except Misuse as error:
            assert "must be" in str(error) or "schema" in str(error)
        container[key] = before


def test_a_report_from_standard_input_and_the_exit_code(modelcheck: Command, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text(json_report(Report(findings=whole().findings[1:]), Style()))
    assert modelcheck("report", "r.json").code == 0
    assert modelcheck("report", "r.json", "--fail-on", "warning").code == 1
    assert modelcheck("report", "missing.json").err.strip() == "modelcheck: missing.json: No such file or directory"
    assert modelcheck("report", "/dev/null").code == 2
