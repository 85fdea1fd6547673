"""A stranger's template has bounded time and memory, and does not take the next one along."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from modelcheck.sandbox.client import SECONDS, Problem, render

from conftest import write_tree

CONVERSATION = {"messages": [{"role": "user", "content": "Hi"}]}


def one(template: str) -> str | Problem:
    return render(template, [CONVERSATION])[0]


def test_it_renders() -> None:
    assert render("{{ messages[0].content }}{{ x }}", [CONVERSATION, {**CONVERSATION, "x": 1}]) == ["Hi", "Hi1"]


@pytest.mark.parametrize(
    ("template", "kind", "line"),
    [
        ("a\n{% if %}", "syntax", 2),
        ("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "syntax", None),
        ("{{ raise_exception('no') }}", "refused", None),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "raised", None),
        ("{{ 1 / 0 }}", "raised", None),
        ("{{ 'a' * 9999999999 }}", "memory", None),
        ("{{ messages[0].content * 9999999999 }}", "memory", None),
        ("{{ 'a' * 50000000 }}", "memory", None),
        ("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", "time", None),
    ],
)
def test_each_fault_has_its_kind_and_the_next_template_renders(template: str, kind: str, line: int | None) -> None:
    started = time.monotonic()
    problem = one(template)
    assert isinstance(problem, Problem)
    assert (problem.kind, problem.line) == (kind, line)
    assert time.monotonic() - started < SECONDS + 10
    assert one("ok") == "ok"


@pytest.mark.parametrize(
    "template",
    [
        "{{ messages.__class__.__mro__ }}",
        "{{ ''|attr('__class__') }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ lipsum.__globals__['os'].environ }}",
    ],
)
def test_no_way_leads_out_of_the_template(template: str) -> None:
    said = one(template)
    assert isinstance(said, Problem) or "class" not in said


def test_the_worker_knows_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    from modelcheck.sandbox import client

    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    worker = client._Worker()
    try:
        assert b"hf_secret" not in Path(f"/proc/{worker._process.pid}/environ").read_bytes()
    except FileNotFoundError:
        pytest.skip("this system has no /proc")
    finally:
        worker.end()


def test_nothing_is_imported_from_the_folder_that_it_runs_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scanned repository may hold a jinja2 of its own."""
    from modelcheck.sandbox import client

    monkeypatch.chdir(tmp_path)
    write_tree(tmp_path, {"jinja2/__init__.py": "raise SystemExit('imported from the scanned folder')"})
    worker = client._Worker()
    try:
        answer = worker.ask({"template": "fine", "conversations": [{}], "seconds": 2}, 10)
    finally:
        worker.end()
    assert answer == {"rendered": [{"text": "fine"}], "inspected": None}
