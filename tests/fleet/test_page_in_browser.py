"""The report of a fleet in a real headless Chromium: filters, ten thousand rows, the graph, keys, and hostile texts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from browser import CHROMIUM, REASON, Browser, browser
from synthetic_fleet import row, uses_of, write_fleet, write_scan

pytestmark = [pytest.mark.skipif(CHROMIUM is None, reason=REASON), pytest.mark.slow]
COUNT = 10_000
LONG = "x" * 300
PAYLOADS = (
    "</script><script>window.hit = 1</script>", "<!--<script>window.hit = 2", "<img src=x onerror='window.hit = 3'>",
    "javascript:window.hit=4", "\u202egnp.exe\u2066", "a\u2028b\u2029c", "\"'`${window.hit = 5}", "{{ 7 * 7 }}{% raw %}",
    "</style><style>*{display:none}", "]]>--></title><svg onload=window.hit=6>", "__proto__", "constructor", LONG,
    "\x00\x1b[31m\x07", "https://evil.example/pixel.png",
    "data:text/html,<script>window.hit=7</script>", "\ud800lone",
    "' onmouseover='window.hit=8", "::add-mask::x", "##vso[task.setvariable]",
)  # fmt: skip
WIDER = """[...document.querySelectorAll("body *")].filter(one => {
 const box = one.getBoundingClientRect();
 return box.width && box.right > innerWidth + 0.5 && !one.closest(".graph, .scroll, .skip, .visually-hidden, dialog:not([open])");
}).map(one => one.tagName + "." + one.className + " " + one.textContent.slice(0, 40)).join("\\n")"""


def written(store: Path) -> Path:
    """The page as the command writes it."""
    page = store.with_suffix(".html")
    command = [sys.executable, "-P", "-m", "modelcheck", "fleet", "report", "--store", str(store), "-o", str(page)]
    subprocess.run(command, check=True, cwd=store.parent)
    return page


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, dict[str, Any]]]:
    store = tmp_path_factory.mktemp("large") / "fleet.sqlite"
    fleet = write_fleet(store, COUNT, 2_000, 3)
    return written(store), fleet


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each text of a stranger's in every column that may hold one."""
    store = tmp_path_factory.mktemp("hostile") / "fleet.sqlite"
    first, second = {}, {}
    for number, evil in enumerate(text.encode("utf-8", "replace").decode() for text in PAYLOADS):
        columns = {
            "license": evil, "model_type": evil, "problem": evil, "source": evil, "probe": evil, "relation": evil,
            "base_models": [evil, f"acme/parent-{number}"], "stop_ids": [evil], "sub_labels": [evil],
            "rules": {evil: 1, "card/no": 1}, "errors": 1,
        }  # fmt: skip
        first[f"acme/{evil}{number}"] = row(number)
        second[f"acme/{evil}{number}"] = row(number) | columns
    used = [
        one | {"tree": evil, "path": evil, "engine": evil, "revision": None, "purpose": "chat", "rules": {evil: 1}, "likely": 0}
        for one, evil in zip(uses_of(second, len(PAYLOADS)), PAYLOADS, strict=True)
        if not evil.startswith("\ud800")
    ]
    write_scan(store, first)
    write_scan(store, second, used)
    return written(store)


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Browser]:
    """A browser; after each test nothing was logged, nothing was asked for but the file itself, and no dialog came up."""
    with browser(tmp_path / "profile") as opened:
        yield opened
        assert opened.logged == []
        assert opened.dialogs == []
        assert {one for one in opened.requested if not one.startswith(("file:", "about:"))} == set()
        assert len({one for one in opened.requested if one.startswith("file:")}) == 1


def shown(page: Browser) -> int:
    """The number of checkpoints that fit the filters."""
    rows: int = page.run("Number(document.getElementById('grid').getAttribute('aria-rowcount')) - 1")
    return rows


def first_names(page: Browser, count: int = 3) -> list[str]:
    found = page.run("[...document.querySelectorAll('#rows [role=row] .c-name')].map(one => one.title)")
    return [*found][:count]


def test_filters_search_and_order(page: Browser, large: tuple[Path, dict[str, dict[str, Any]]]) -> None:
    path, fleet = large
    page.open(path)
    assert shown(page) == COUNT
    rows = fleet.values()
    for selector, value, fits in (
        ("#by-label", "=base", lambda one: one["label"] == "base"),
        ("#by-family", "=qwen3", lambda one: one["model_type"] == "qwen3"),
        ("#by-licence", "=not said", lambda one: one["license"] is None),
        ("#by-finding", "security/", lambda one: any(rule.startswith("security/") for rule in one["rules"])),
        ("#by-finding", "card/license-missing", lambda one: "card/license-missing" in one["rules"]),
        ("#by-severity", "error", lambda one: one["errors"] > 0),
        ("#by-severity", "none", lambda one: not one["errors"] and not one["warnings"]),
    ):
        page.choose(selector, value)
        assert shown(page) == sum(map(fits, rows)), (selector, value)
        page.choose(selector, "")
    page.choose("#by-owner", "=acme")
    owned = sorted(name for name in fleet if name.startswith("acme/"))
    assert (shown(page), first_names(page)) == (len(owned), owned[:3])
    page.choose("#by-label", "=base")
    assert shown(page) == sum(fleet[name]["label"] == "base" for name in owned)
    page.run("document.querySelector('#filters [type=reset]').click()")
    page.until(f"document.getElementById('shown').textContent === '{COUNT:,} checkpoints'")
    page.type("#search", "ACME merge")
    assert shown(page) == sum("acme" in text and "merge" in text for text in map(searched, fleet, rows))
    page.type("#search", "no such model")
    assert (shown(page), page.run("document.querySelector('.empty').textContent")) == (0, "No checkpoint fits these filters.")
    page.run("document.querySelector('#filters [type=reset]').click()")
    page.settle()
    page.choose("#sort", "-bytes")
    smallest = sorted(fleet, key=lambda name: (fleet[name]["bytes"], name))
    assert first_names(page) == smallest[:3]
    page.run("[...document.querySelectorAll('#columns button')][0].click()")
    assert first_names(page) == sorted(fleet)[:3]
    page.run("[...document.querySelectorAll('#columns button')][0].click()")
    assert first_names(page) == sorted(fleet, reverse=True)[:3]
    assert page.run("document.querySelector('#columns [aria-sort]').getAttribute('aria-sort')") == "descending"


def searched(name: str, one: dict[str, Any]) -> str:
    return "\n".join([name, *one["base_models"]]).lower()


def test_ten_thousand_rows_are_scrolled_to_the_last(page: Browser, large: tuple[Path, dict[str, dict[str, Any]]]) -> None:
    path, fleet = large
    names = sorted(fleet)
    page.open(path)
    assert page.run("document.querySelectorAll('#rows [role=row]').length") < 60
    page.run("document.getElementById('grid').scrollTop = 1e9")
    page.settle()
    at_end = page.run("[...document.querySelectorAll('#rows [role=row]')].pop().getAttribute('aria-rowindex')")
    assert at_end == str(COUNT + 1)
    page.run("(document.getElementById('grid').scrollTop = 0, document.getElementById('grid').focus())")
    page.press("End")
    active = "document.getElementById(document.getElementById('grid').getAttribute('aria-activedescendant'))"
    assert page.run(f"{active}.querySelector('.c-name').title") == names[-1]
    assert page.run(f"(box => box.bottom <= innerHeight && box.height > 0)({active}.getBoundingClientRect())")
    page.press("ArrowUp")
    assert page.run(f"{active}.querySelector('.c-name').title") == names[COUNT - 2]
    page.press("Home", "ArrowDown", "PageDown")
    assert page.run(f"Number({active}.getAttribute('aria-rowindex'))") > 10
    page.press("Enter")
    assert page.run("document.getElementById('details').open")
    assert page.run("document.getElementById('details-title').textContent") == page.run(f"{active}.querySelector('.c-name').title")
    assert page.run("document.activeElement.textContent") == "Close"
    page.press("Enter")
    assert not page.run("document.getElementById('details').open")
    assert page.run("document.activeElement.id") == "grid"


def test_the_graph_opens_and_closes(page: Browser, large: tuple[Path, dict[str, dict[str, Any]]]) -> None:
    page.open(large[0])
    assert page.run("document.querySelectorAll('.node').length") == 0, "it is drawn when it is seen"
    page.run("document.getElementById('lineage').scrollIntoView()")
    page.until("document.querySelectorAll('.node').length > 5")
    nodes = page.run("document.querySelectorAll('.node').length")
    assert nodes < 60, "collapsed at first"
    focus = "document.querySelector('.node.focus')"
    page.run(f"{focus}.focus()")
    page.press("Enter")
    assert page.run(f"{focus}.getAttribute('aria-expanded')") == "false"
    assert page.run("document.querySelectorAll('.node').length") == 1
    page.press("Enter")
    page.press("ArrowRight")
    assert page.run("document.activeElement.id !== document.querySelector('.node.focus').id")
    for expanded in ("false", "true"):
        page.press("Enter")
        assert page.run("document.activeElement.getAttribute('aria-expanded')") == expanded
    before = page.run("document.querySelectorAll('.node').length")
    page.run("document.querySelector('.node.more').click()")
    assert page.run("document.querySelectorAll('.node').length") > before
    overlapping = """(boxes => boxes.some((one, place) => boxes.slice(place + 1).some(other =>
     one.left < other.right - 1 && other.left < one.right - 1 && one.top < other.bottom - 1 && other.top < one.bottom - 1)))(
     [...document.querySelectorAll('.node')].map(one => one.getBoundingClientRect()))"""
    assert not page.run(overlapping)
    page.type("#find", "serving-1")
    page.run("document.querySelector('#roots button').click()")
    assert page.run("document.querySelector('.node.focus').className").split()[:2] == ["node", "tree"]
    assert page.run("document.querySelectorAll('path.served').length") > 0
    assert not page.run(overlapping)
    page.run("document.querySelector('#chosen button').click()")
    assert page.run("document.querySelector('#details h3').textContent").startswith("Models (")


def test_from_a_finding_a_family_and_a_deployment_to_its_checkpoints(
    page: Browser, large: tuple[Path, dict[str, dict[str, Any]]]
) -> None:
    path, fleet = large
    page.open(path)
    page.run("document.querySelector('[data-rule=\"card/license-missing\"]').click()")
    page.settle()
    assert shown(page) == sum("card/license-missing" in one["rules"] for one in fleet.values())
    page.run("document.querySelector('[data-family=gemma2]').click()")
    page.settle()
    assert shown(page) == sum(one["model_type"] == "gemma2" for one in fleet.values())
    page.run("document.querySelector('.risks [data-node]').click()")
    title = page.run("document.getElementById('details-title').textContent")
    assert title == page.run("document.querySelector('.risks [data-node]').textContent")
    page.run("[...document.querySelectorAll('#details button')].pop().click()")
    page.until("!!document.querySelector('.node.focus')")
    assert page.run("document.querySelector('.node.focus').title") == title


@pytest.mark.parametrize("width", [360, 400, 640, 800, 1280])
def test_nothing_is_wider_than_the_window(width: int, page: Browser, hostile: Path) -> None:
    page.open(hostile, width=width, dark=width == 400)
    page.run("document.getElementById('lineage').scrollIntoView()")
    page.until("document.querySelectorAll('.node').length > 0")
    assert page.run("document.documentElement.scrollWidth") == width
    assert page.run(WIDER) == ""
    page.run("(document.getElementById('grid').focus(), document.querySelector('#rows [role=row]').click())")
    assert page.run(WIDER) == ""


@pytest.mark.parametrize("width", [400, 1280])
def test_hostile_texts_are_text(width: int, page: Browser, hostile: Path) -> None:
    page.open(hostile, width=width)
    nothing = "img, iframe, object, main style, a:not([href^='#'])"
    inert = f'window.hit === undefined && document.scripts.length === 2 && !document.querySelector("{nothing}")'
    assert page.run(inert)
    assert page.run("document.querySelectorAll('style').length") == 1
    page.run("document.getElementById('lineage').scrollIntoView()")
    page.until("document.querySelectorAll('.node').length > 0")
    for _ in PAYLOADS:
        page.run("document.getElementById('grid').focus()")
        page.press("ArrowDown", "Enter")
        assert page.run("document.getElementById('details').open")
        assert page.run(inert)
        page.run("[...document.querySelectorAll('#details button')].pop().click()")  # its lineage
        page.run("[...document.querySelectorAll('.node')].forEach(one => one.dispatchEvent(new MouseEvent('mouseenter')))")
    for name in ("label", "family", "licence", "owner", "finding"):
        for value in page.run(f"[...document.querySelectorAll('#by-{name} option')].map(one => one.value)"):
            page.choose(f"#by-{name}", value)
        page.settle()
        assert shown(page) >= 1
        page.run("document.querySelector('#filters [type=reset]').click()")
        page.settle()
    for selector in ("[data-rule]", "[data-family]", "[data-node]"):
        page.run(f"[...document.querySelectorAll('{selector}')].forEach(one => one.click())")
        page.settle()
    for evil in ("</script>", "javascript:", "__proto__", "constructor", "<img"):
        page.type("#find", evil)
        assert page.run("document.querySelectorAll('#roots button').length") >= 1
        page.run("document.querySelector('#roots button').click()")
    assert page.run(inert)
    text = page.run("document.body.innerText")
    assert "<img src=x onerror=" in text
    assert not {"\u202e", "\u2066", "\u2028", "\x1b", "\x00"} & {*text}


def test_what_a_screen_reader_gets(page: Browser, large: tuple[Path, dict[str, dict[str, Any]]]) -> None:
    page.open(large[0])
    page.run("document.getElementById('lineage').scrollIntoView()")
    page.until("document.querySelectorAll('.node').length > 0")
    nodes = [(one["role"]["value"], one.get("name", {}).get("value", "")) for one in page.tree() if not one.get("ignored")]
    roles = [role for role, _ in nodes]
    assert ("grid", "Checkpoints") in nodes
    assert roles.count("columnheader") >= 7
    for role in ("banner", "main", "navigation", "search", "status", "contentinfo", "heading"):
        assert role in roles, role
    nameless = [
        (role, name) for role, name in nodes if role in ("button", "combobox", "searchbox", "region", "grid", "image") and not name
    ]
    assert not nameless
    levels = page.run("[...document.querySelectorAll('main h2')].map(one => one.textContent)")
    assert levels[:2] == ["Riskiest deployments", "Inventory"]


def test_on_paper(page: Browser, large: tuple[Path, dict[str, dict[str, Any]]]) -> None:
    page.open(large[0])
    page.run("addEventListener('beforeprint', () => { window.printed = document.getElementById('print-note').textContent; })")
    assert page.pdf().startswith(b"%PDF")
    assert page.run("window.printed") == "The first 200 of 10,000 checkpoints are printed."
    assert page.run("document.querySelectorAll('#rows [role=row]').length") < 60


def test_lineages_of_every_shape_are_drawn(page: Browser, tmp_path: Path) -> None:
    """Cards that name each other or themselves, a long chain, a merge of many, a model that nobody has."""
    parents: dict[str, tuple[str, ...]] = {
        "a/one": ("a/two",), "a/two": ("a/one",), "a/self": ("a/self",), "b/x": ("b/z",), "b/y": ("b/x",), "b/z": ("b/y", "b/root"),
        "a/merge": tuple(f"p/{number}" for number in range(20)), "a/orphan": ("gone/away",),
    } | {f"chain/{number}": (f"chain/{number - 1}",) for number in range(1, 300)}  # fmt: skip
    fleet = {name: row(number, found, "finetune") for number, (name, found) in enumerate(parents.items())}
    write_scan(tmp_path / "fleet.sqlite", fleet)
    page.open(written(tmp_path / "fleet.sqlite"))
    listed = page.run("[...document.querySelectorAll('#roots button')].map(one => one.title)")
    assert listed[0] == "chain/0"
    assert {"a/one", "b/root", "gone/away"} <= {*listed}
    for name in ("chain/299", "chain/150", "a/two", "b/y", "a/merge", "p/7", "gone/away"):
        page.type("#find", name)
        page.run(f"[...document.querySelectorAll('#roots button')].find(one => one.title === '{name}').click()")
        assert page.run("document.querySelector('.node.focus').title") == name
        for _ in range(3):
            page.run("[...document.querySelectorAll('.node[aria-expanded=false]')].slice(0, 9).forEach(one => one.click())")
        assert page.run("document.querySelectorAll('.node').length") > 1
        assert page.run("document.querySelectorAll('.graph path').length") > 0
