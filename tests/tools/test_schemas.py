"""The schemas in docs/schemas describe what is read and written."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from modelcheck import config

from conftest import ROOT, Command, write_tree

jsonschema = pytest.importorskip("jsonschema")


def validator(name: str) -> Any:
    schema = json.loads((ROOT / f"docs/schemas/{name}.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_reports_of_every_kind_of_target(modelcheck: Command, tmp_path: Path) -> None:
    run = "# modelcheck: ignore[deploy] why\nvllm serve acme/x-base --tool-call-parser y\nvllm serve $MODEL\n"
    write_tree(tmp_path, {"run.sh": run, "broken.yaml": "a: [vllm serve", "card/README.md": "---\nlicense: x\n---\n"})
    checked = validator("report")
    for words in ((), ("-v",), ("--why", "--offline")):
        done = modelcheck("scan", *(ROOT / "fixtures").glob("*-*"), ".", "acme/none-such", "--format", "json", *words, cwd=tmp_path)
        assert done.json["findings"]
        assert done.json["suppressed"]
        assert [error.message for error in checked.iter_errors(done.json)] == []


def test_a_report_that_is_none() -> None:
    assert list(validator("report").iter_errors({"schema": 1}))


def test_the_settings_of_our_own_pages() -> None:
    checked = validator("settings")
    page = (ROOT / "docs/settings.md").read_text("utf-8")
    (example,) = [text for text in page.split("```")[1::2] if text.startswith("toml\n")]
    assert list(checked.iter_errors(tomllib.loads(example.removeprefix("toml\n"))["tool"]["modelcheck"])) == []
    assert set(checked.schema["properties"]) == set(config._KEYS)


@pytest.mark.parametrize(
    "text",
    [
        'select = "card"',
        "fail_on = 'error'",
        "[ignore]\nx = ''",
        '[rules."template/turn-end-not-eos"]\nseverity = "bad"',
        "budget = 'all'",
    ],
)
def test_what_the_command_refuses_the_schema_refuses(text: str, modelcheck: Command, tmp_path: Path) -> None:
    assert list(validator("settings").iter_errors(tomllib.loads(text)))
    (tmp_path / "modelcheck.toml").write_text(text)
    assert modelcheck("scan", ".", cwd=tmp_path).code == 2
