"""docs/ci.md: each snippet is parsed, and its commands are run by bash as they are written there."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from modelcheck.version import VERSION

from conftest import ROOT, clean_environment, write_tree
from reporters.formal import CHECKS

COMPOSE = (ROOT / "fixtures/chat-on-base/compose.yaml").read_text()
MANIFEST = """\
---
# Source: llm/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: llm}
spec:
  template:
    spec:
      containers:
        - name: llm
          image: vllm/vllm-openai:v0.11.0
          args: [--model, meta-llama/Meta-Llama-3-8B, --enable-auto-tool-choice, --tool-call-parser, llama3_json]
"""
STAND_INS = {
    "modelcheck": f'exec "{sys.executable}" -P -m modelcheck "$@"',
    "pip": '[ "$*" = "install git+…/modelcheck@v0.1.0" ]',
    "python": "",
    "helm": f"cat <<'END'\n{MANIFEST}END",
    "kustomize": f"cat <<'END'\n{MANIFEST}END",
}
"""Programs of the snippets. Only ours is real: the others cannot be installed here, or would install what is tested already."""


class Snippet(NamedTuple):
    """A fenced block: the section that it is in, its language and its text."""

    section: str
    language: str
    text: str

    @property
    def path(self) -> str | None:
        """The file that it is, by the comment in its first line."""
        named = re.match(r"(?:#|//) (\S+)\n", self.text)
        return named[1] if named else None

    def commands(self) -> list[str]:
        """The shell scripts that it has."""
        if self.language == "sh":
            return [self.text]
        if self.language == "groovy":
            return re.findall(r"\bsh '([^']*)'", self.text)
        return list(_scripts(yaml.safe_load(self.text)))


def _scripts(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _scripts(item)
    for key, value in node.items() if isinstance(node, dict) else ():
        if key in ("run", "script"):
            yield from [value] if isinstance(value, str) else value
        else:
            yield from _scripts(value)


def snippets() -> list[Snippet]:
    """Every fenced block of the page, in order."""
    found = []
    for part in re.split(r"^## ", (ROOT / "docs/ci.md").read_text("utf-8"), flags=re.MULTILINE)[1:]:
        section = part.partition("\n")[0]
        found += [Snippet(section, *block) for block in re.findall(r"^```(\w+)\n(.*?)^```", part, re.MULTILINE | re.DOTALL)]
    return found


PAGE = snippets()
FINDING = "meta-llama/Meta-Llama-3-8B is a base model"
# Section → for each of its snippets: exit code, what standard output contains, and the reports that it writes (file → format).
EXPECTED: dict[str, list[tuple[int, str, dict[str, str]]]] = {
    "GitHub Actions": [
        (0, "", {}),
        (1, "::error file=deploy/compose.yaml,line=7,", {"modelcheck.sarif": "sarif", "summary.md": "markdown"}),
    ],
    "GitLab CI": [(1, FINDING, {"gl-code-quality-report.json": "gitlab", "modelcheck.sarif": "sarif"})],
    "Azure Pipelines": [(1, "##vso[task.logissue type=error;", {"modelcheck.xml": "junit", "modelcheck.sarif": "sarif"})],
    "Jenkins": [(1, FINDING, {"modelcheck.sarif": "sarif", "modelcheck.xml": "junit"})],
    "TeamCity": [(1, "##teamcity[inspection ", {})],
    "pre-commit and prek": [(0, "", {})],
    "Rendered manifests: Argo CD and Flux": [(1, "used here: llm/templates/deployment.yaml", {}), (1, FINDING, {})],
    "Plain shell": [
        (1, "findings: see modelcheck.html", {}),
        (0, "", {}),
        (0, FINDING, {"results.json": "json"}),
    ],
}


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the programs that the snippets start."""
    folder = tmp_path_factory.mktemp("tools")
    for name, script in STAND_INS.items():
        write_tree(folder, {name: f"#!/bin/sh\n{script}\n"})
        (folder / name).chmod(0o755)
    return folder


def run(scripts: list[str], folder: Path, tools: Path) -> tuple[int, str]:
    """Run scripts in turn until one fails, as the steps of a job; its exit code, and what they printed."""
    path = f"{tools}:{clean_environment()['PATH']}"
    environment = clean_environment(PATH=path, GITHUB_STEP_SUMMARY=str(folder / "summary.md"), HF_HOME=str(tools / "hf"))
    code, out = 0, ""
    for script in scripts if code == 0 else ():
        command = ["bash", "--noprofile", "--norc", "-e", "-c", script]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False)
        code, out = done.returncode, out + done.stdout
    return code, out


def test_every_section_with_a_snippet_is_expected() -> None:
    assert {name: len([one for one in PAGE if one.section == name]) for name in EXPECTED} == {
        name: len(cases) for name, cases in EXPECTED.items()
    }
    assert {one.section for one in PAGE} == set(EXPECTED)


@pytest.mark.parametrize(("section", "index"), [(name, index) for name, cases in EXPECTED.items() for index in range(len(cases))])
def test_a_snippet_does_what_the_page_says(section: str, index: int, tools: Path, tmp_path: Path) -> None:
    snippet = [one for one in PAGE if one.section == section][index]
    code, said, reports = EXPECTED[section][index]
    write_tree(tmp_path, {"deploy/compose.yaml": COMPOSE} | ({snippet.path: snippet.text} if snippet.path else {}))
    for name in ("pip", "modelcheck"):
        write_tree(tmp_path, {f".venv/bin/{name}": (tools / name).read_text()})
        (tmp_path / ".venv/bin" / name).chmod(0o755)
    got, out = run(snippet.commands(), tmp_path, tools)
    assert (got, said in out) == (code, True), out
    for name, kind in reports.items():
        CHECKS[kind]((tmp_path / name).read_text("utf-8"))
    again, _ = run(snippet.commands(), tmp_path, tools)
    assert again == code, "a report in the folder, or the configuration itself, is scanned and changes nothing"


def _values(node: Any, key: str) -> Iterator[Any]:
    for name, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        if name == key:
            yield value
        yield from _values(value, key)


def test_what_a_server_collects_is_what_the_command_writes() -> None:
    by_name = {one.path: one.text for one in PAGE if one.path and one.language == "yaml"}
    (reports,) = _values(yaml.safe_load(by_name[".gitlab-ci.yml"]), "reports")
    assert set(reports.values()) == set(EXPECTED["GitLab CI"][0][2])
    azure = yaml.safe_load(by_name["azure-pipelines.yml"])
    assert {*_values(azure, "testResultsFiles"), *_values(azure, "publish")} == set(EXPECTED["Azure Pipelines"][0][2])
    (jenkins,) = [one.text for one in PAGE if one.language == "groovy"]
    collected = re.findall(r"(?:pattern|testResults): '([^']+)'", jenkins)
    assert set(collected) == set(EXPECTED["Jenkins"][0][2])
    for pair in ("{}", "()", "[]"):
        assert jenkins.count(pair[0]) == jenkins.count(pair[1])


SCHEMAS = {
    ".github/workflows/modelcheck.yml": ("vendor.github-workflows",),
    ".gitlab-ci.yml": ("vendor.gitlab-ci",),
    "azure-pipelines.yml": ("vendor.azure-pipelines", "--data-transform", "azure-pipelines", "--regex-variant", "python"),
}


@pytest.mark.parametrize("snippet", [one for one in PAGE if one.path in SCHEMAS], ids=lambda one: one.section)
def test_a_configuration_is_valid_by_the_schema_of_its_server(snippet: Snippet, tmp_path: Path) -> None:
    pytest.importorskip("check_jsonschema", reason="check-jsonschema is not installed (pip install .[dev])")
    path = snippet.path or ""
    write_tree(tmp_path, {path: snippet.text})
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", *SCHEMAS[path], path]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_action_exists_at_this_version_and_has_these_inputs() -> None:
    step = next(step for step in _steps() if step.get("uses", "").startswith("…"))
    place, _, version = step["uses"].partition("@")
    action = yaml.safe_load((ROOT / place.removeprefix("…/modelcheck/") / "action.yml").read_text("utf-8"))
    assert set(step["with"]) <= set(action["inputs"])
    assert version == f"v{VERSION}"


def _steps() -> list[dict[str, Any]]:
    return [step for one in PAGE if one.section == "GitHub Actions" for step in next(_values(yaml.safe_load(one.text), "steps"))]


def test_an_empty_pipe_is_no_clean_run(tools: Path, tmp_path: Path) -> None:
    assert run(["false | modelcheck scan - --offline"], tmp_path, tools)[0] == 4
