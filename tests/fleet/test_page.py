"""The report of a fleet as one HTML file: what it says, what it costs, and that strangers' texts are text."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from modelcheck.fleet.page.drift import drift
from modelcheck.fleet.page.embedded import in_script
from modelcheck.fleet.page.html import as_html
from modelcheck.fleet.page.ranking import KINDS, MOST, Risk, ranked
from modelcheck.fleet.page.rows import checkpoints, uses
from modelcheck.plugins import Plugins

from conftest import ROOT, Command
from reporters.formal import html
from synthetic_fleet import row, uses_of, write_fleet, write_scan
from terminals import written_to_terminal

PAGE = ROOT / "modelcheck/fleet/page"
SCRIPTED = "noscript ol dialog script form button select b g"
"""Elements that the page of a fleet has besides those of a report."""
SEVERITIES = {
    "deploy/base-weights-behind-chat": "error", "deploy/chat-without-template": "warning", "security/pickle-only": "warning",
    "deploy/remote-code-without-revision": "note", "deploy/template-not-read": "error", "deploy/parser-not-recommended": "warning",
    "security/code-in-template": "error", "template/turn-end-not-eos": "error", "deploy/floating-revision": "note",
}  # fmt: skip


def embedded_in(page: str) -> dict[str, Any]:
    """The data of a page."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def page_of(store: Path) -> str:
    return as_html(store, Plugins().registry)


def a_use(**more: Any) -> dict[str, Any]:
    """A deployment of a checkpoint without any reason for points."""
    return {
        "tree": "serving", "path": "compose.yaml", "line": 3, "model": "acme/a", "target": "acme/a", "revision": "a" * 40,
        "engine": "vllm", "format": "docker-compose/vllm", "purpose": "chat", "likely": 0, "label": "instruct", "p_instruct": 0.99,
        "rules": {},
    } | more  # fmt: skip


def clean(**more: Any) -> dict[str, Any]:
    return row(1) | {"label": "instruct", "license": "mit", "rules": {}, "gated": 0, "files": 8} | more


def risks_of(tmp_path: Path, checkpoint: dict[str, Any], *used: dict[str, Any]) -> list[Risk]:
    store = tmp_path / "fleet.sqlite"
    write_scan(store, {"acme/a": checkpoint}, list(used))
    return ranked(uses(store), {one.name: one for one in checkpoints(store)}, SEVERITIES)


@pytest.mark.parametrize(
    ("use", "checkpoint", "points"),
    [
        ({}, {}, []),
        ({"rules": {"deploy/base-weights-behind-chat": 1}}, {}, [8]),
        ({"rules": {"deploy/template-not-read": 2}}, {}, [5]),
        ({}, {"rules": {"security/code-in-template": 1}}, [5]),
        ({"rules": {"deploy/chat-without-template": 1}}, {}, [4]),
        ({}, {"rules": {"security/pickle-only": 1}}, [4]),
        ({"rules": {"deploy/remote-code-without-revision": 1}}, {}, [3]),
        ({"rules": {"deploy/parser-not-recommended": 1}}, {}, [2]),
        ({"revision": None}, {}, [2]),
        ({"revision": "main"}, {}, [2]),
        ({"revision": "v1.0"}, {}, []),
        ({"revision": None, "engine": "client"}, {}, []),
        ({"revision": None, "target": "./models/a"}, {}, []),
        ({"revision": None, "target": "/srv/models/a"}, {}, []),
        ({}, {"license": "cc-by-nc-4.0"}, [2]),
        ({}, {"license": "other"}, []),
        ({}, {"rules": {"template/turn-end-not-eos": 3}}, [1]),
        ({}, {"license": None}, [1]),
        ({}, {"license": None, "gated": 1}, []),  # its card could not be read
        ({}, {"license": None, "files": 0}, []),  # known by its name only
        ({"label": "unknown"}, {}, [1]),
        ({"label": "unknown", "purpose": "completion"}, {}, []),
        ({"label": "base"}, {}, []),  # what a finding does not say, the page does not say either
        ({"rules": {"deploy/base-weights-behind-chat": 1}, "likely": 1}, {}, []),
        ({"rules": {"deploy/base-weights-behind-chat": 1}, "purpose": "finetune"}, {}, []),
        ({"rules": {"of/no-plug-in": 1, "deploy/floating-revision": 1}}, {"rules": {"of/no-plug-in": 1}}, []),
        ({"rules": {"deploy/base-weights-behind-chat": 1}, "revision": None}, {"license": None}, [8, 2, 1]),
    ],
)
def test_points_of_a_deployment(use: dict[str, Any], checkpoint: dict[str, Any], points: list[int], tmp_path: Path) -> None:
    found = risks_of(tmp_path, clean(**checkpoint), a_use(**use))
    assert [reason.points for one in found for reason in one.reasons] == points
    assert {one.points for one in found} == ({sum(points)} if points else set())


def test_a_model_that_a_repository_names_often_is_one_deployment(tmp_path: Path) -> None:
    base = {"deploy/base-weights-behind-chat": 1}
    used = [a_use(revision=None, path=f"{number}.yaml", rules=base if number == 7 else {}) for number in range(10)]
    (one,) = risks_of(tmp_path, clean(), *used)
    assert (one.points, len(one.places), one.places[0].path) == (10, 10, "7.yaml")


def test_the_riskiest_come_first_and_twenty_are_shown(tmp_path: Path) -> None:
    used = [
        a_use(tree=f"tree-{number:02}", revision=None, rules={"deploy/chat-without-template": 1} if number > 20 else {})
        for number in range(30)
    ]
    found = risks_of(tmp_path, clean(), *used)
    assert [one.tree for one in found] == [f"tree-{number:02}" for number in (*range(21, 30), *range(21))]
    page = page_of(tmp_path / "fleet.sqlite")
    assert page.count('<li class="card" value=') == MOST == 20
    assert "The first 20 of 30 deployments with points" in page
    assert all(one.says in page for one in KINDS if "'" not in one.says), "the page states the rule of its ranking"


def test_the_documentation_states_the_ranking() -> None:
    text = (ROOT / "docs/fleet.md").read_text("utf-8")
    for kind in KINDS:
        assert f"| {kind.points}{' each' if kind.each else ''} | {kind.says} |" in text


def test_what_was_new_changed_and_gone(tmp_path: Path) -> None:
    store = tmp_path / "fleet.sqlite"
    write_scan(store, {"acme/a": clean(), "acme/b": clean()})
    write_scan(store, {"acme/a": clean(license="apache-2.0"), "acme/c": clean(label="base", errors=2)})
    write_scan(store, {"acme/a": clean(license="apache-2.0", template="ffff"), "acme/b": clean()})
    found = drift(store)
    assert [point.total for point in found.points] == [2, 2, 2]
    assert [point.with_errors for point in found.points] == [0, 1, 0]
    assert [point.changed for point in found.points] == [
        None,
        {"changed": 1, "gone": 1, "new": 1},
        {"changed": 1, "gone": 1, "new": 1},
    ]
    assert [(one.scan, one.name, one.says) for one in found.changes] == [
        (3, "acme/a", "another chat template"), (3, "acme/b", "new (instruct)"), (3, "acme/c", "gone (base)"),
        (2, "acme/a", "license mit → apache-2.0"), (2, "acme/b", "gone (instruct)"), (2, "acme/c", "new (base)"),
    ]  # fmt: skip
    html(page_of(store), also=SCRIPTED)


def test_only_the_last_scans_are_drawn(tmp_path: Path) -> None:
    store = tmp_path / "fleet.sqlite"
    for number in range(43):
        write_scan(store, {"acme/a": clean(license=f"l{number}")})
    found = drift(store)
    assert (len(found.points), found.earlier, found.points[0].scan) == (40, 3, 4)
    assert found.points[0].changed == {"changed": 1}


def test_an_empty_store_has_a_page(modelcheck: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert modelcheck("fleet", "scan", "empty", "--offline", cwd=tmp_path).code == 0
    done = modelcheck("fleet", "report", "-o", "fleet.html", cwd=tmp_path)
    assert (done.code, done.out) == (0, ""), done.err
    page = (tmp_path / "fleet.html").read_text("utf-8")
    html(page, also=SCRIPTED)
    assert "The store has no deployments" in page
    assert "0 checkpoints" in page


def test_formats_and_files(modelcheck: Command, tmp_path: Path) -> None:
    write_scan(tmp_path / "fleet.sqlite", {"acme/a": clean()}, [a_use()])
    said = modelcheck("fleet", "report", cwd=tmp_path).out
    assert said.startswith("## Shares\n")
    assert modelcheck("fleet", "report", "--format", "html", cwd=tmp_path).out.startswith("<!doctype html>")
    for name, start in (("a.md", "## Shares"), ("a.json", "{"), ("a.html", "<!doctype html>"), ("a.HTM", "<!doctype html>")):
        done = modelcheck("fleet", "report", "-o", name, cwd=tmp_path)
        assert (done.code, done.out) == (0, ""), done.err
        assert (tmp_path / name).read_text("utf-8").startswith(start)
    assert modelcheck("fleet", "report", "--format", "json", "-o", "b.html", cwd=tmp_path).code == 0
    assert (tmp_path / "b.html").read_text().startswith("{")
    assert modelcheck("fleet", "report", "-o", "no/such/folder.html", cwd=tmp_path).code == 2
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "link.html").symlink_to(tmp_path / "precious")
    assert (modelcheck("fleet", "report", "-o", "link.html", cwd=tmp_path).code, (tmp_path / "precious").read_text()) == (2, "mine")


def test_a_terminal_gets_markdown_and_no_page(tmp_path: Path) -> None:
    write_scan(tmp_path / "fleet.sqlite", {"acme/a": clean()}, [a_use()])
    command = [sys.executable, "-P", "-m", "modelcheck", "fleet", "report"]
    environment = dict(os.environ) | {"COLUMNS": "80"}
    assert "## Shares" in written_to_terminal(command, cwd=tmp_path, env=environment)
    refused = written_to_terminal([*command, "--format", "html"], cwd=tmp_path, env=environment)
    assert "-o fleet.html" in refused
    assert "<!doctype" not in refused


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("large") / "fleet.sqlite"
    write_fleet(store, 10_000, 2_000, 3)
    return store


def test_ten_thousand_checkpoints_are_less_than_five_megabytes(large: Path) -> None:
    page = page_of(large)
    assert len(page.encode()) < 2_000_000  # the bound is 5 MB; real names and findings are longer
    data = embedded_in(page)
    assert {len(column) for column in data["checkpoints"].values()} == {10_000}
    assert {len(column) for column in data["uses"].values()} == {2_000}


def test_ten_thousand_wordy_checkpoints_are_too(tmp_path: Path) -> None:
    """Long names, two parents of which one is not in the store, eight rules, a problem of its own in each."""
    rules = {f"area-{number}/some-longer-rule-{number}": number for number in range(8)}
    long = {
        f"some-organisation/Quite-A-Long-Model-Name-{number:05}-Instruct-v0.2": clean(
            base_models=[f"other-organisation/Parent-{number:05}-Base", "acme/root"], rules=rules,
            problem=f"the file model-{number:05}-of-00099.safetensors could not be read: it ends after 12,345 bytes",
        )
        for number in range(10_000)
    }  # fmt: skip
    write_scan(tmp_path / "fleet.sqlite", long)
    assert len(page_of(tmp_path / "fleet.sqlite").encode()) < 5_000_000


def test_the_same_store_gives_the_same_bytes(large: Path, tmp_path: Path) -> None:
    pages = []
    for seed in ("1", "2"):
        page = tmp_path / f"{seed}.html"
        command = [sys.executable, "-P", "-m", "modelcheck", "fleet", "report", "--store", str(large), "-o", str(page)]
        subprocess.run(command, check=True, env=os.environ | {"PYTHONHASHSEED": seed, "TZ": f"UTC{seed}"}, cwd=tmp_path)
        pages.append(page.read_bytes())
    assert pages[0] == pages[1]


def test_the_policy_allows_this_style_and_this_script_only(large: Path) -> None:
    page = page_of(large)
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert found
    assert re.fullmatch(
        r"default-src 'none'; script-src 'sha256-[\w+/]+=*'; style-src 'sha256-[\w+/]+=*'; base-uri 'none'; form-action 'none'; "
        r"require-trusted-types-for 'script'; trusted-types 'none'",
        found[1].replace("&#39;", "'"),
    )
    assert not re.search(r"<[^>]*\s(style|on\w+|src)=", page.split('<script type="application/json"')[0])
    assert set(re.findall(r'href="([^"]*)"', page)) <= {"#main", "#method", "#failures", *(f"#{name}" for name in (
        "ranking", "inventory", "lineage", "families", "findings", "drift"))}  # fmt: skip


@pytest.mark.parametrize("text", ["</script>", "<!--", "<script", "\u2028", "\u2029", "&lt;", "]]>", "'\"\\"])
def test_json_in_a_script_element_is_json_and_nothing_else(text: str) -> None:
    written = in_script({"a": text})
    assert json.loads(written) == {"a": text}
    assert not re.search("[<>&\u2028\u2029]", written)


def test_values_of_another_type_are_read_as_nothing(tmp_path: Path) -> None:
    """SQLite keeps any value in any column, and a store may come from somebody else."""
    store = tmp_path / "fleet.sqlite"
    wrong = {
        "errors": "<b>", "warnings": -3, "bytes": float("inf"), "files": "many", "p_instruct": "NaN", "label": "evil",
        "rules": "[1]", "base_models": '{"a": 1}', "stop_ids": "[[[", "sub_labels": '["a", 1, null, {}]', "gated": "no",
        "license": 7,
    }  # fmt: skip
    write_scan(store, {"acme/a": clean(**wrong)}, [a_use(line="x", likely="y", label=3, rules="{}")])
    (one,) = checkpoints(store)
    assert (one.errors, one.warnings, one.bytes, one.files, one.p_instruct, one.label) == (0, 0, 0, 0, None, "unknown")
    assert (one.rules, one.parents, one.stop_ids, one.sub_labels, one.license) == ({}, (), (), ("a", "1"), "7")
    html(page_of(store), also=SCRIPTED)


def test_no_text_calls_a_base_model_bad() -> None:
    texts = [path.read_text("utf-8") for folder in ("templates", "assets") for path in (PAGE / folder).iterdir()]
    for text in (*texts, *(kind.says for kind in KINDS)):
        assert not re.search(r"\b(bad|worse|worst|inferior|poor)\b", text, re.IGNORECASE)


def test_the_parts_are_short_plain_ascii_and_no_commands_to_a_ci_system() -> None:
    for path in (*(PAGE / "assets").iterdir(), ROOT / "modelcheck/reporters/page.css"):
        text = path.read_text("utf-8")
        assert text.isascii(), "a pipe of another encoding would change it, and the hash with it"
        assert not re.search(r"(?m)^\s*::|##\[", text)
        assert len(text.splitlines()) <= 150


@pytest.mark.slow
def test_a_wheel_has_the_parts_of_the_page(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {path.relative_to(ROOT).as_posix() for folder in ("templates", "assets") for path in (PAGE / folder).iterdir()}
    assert wanted | {"modelcheck/reporters/page.css"} <= names


def test_uses_of_a_fleet_are_told_by_repository(tmp_path: Path) -> None:
    store = tmp_path / "fleet.sqlite"
    fleet = write_fleet(store, 40, 30)
    assert len({one["tree"] for one in uses_of(fleet, 30)}) == len({one.tree for one in uses(store)})
    assert "used in 30 places of" in page_of(store)
