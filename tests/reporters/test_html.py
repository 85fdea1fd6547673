"""The HTML page: small, without scripts and network, and in a real browser nothing is wider than the window."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from modelcheck.report import Report, Style
from modelcheck.reporters.html import html_report

from reporters.formal import html
from reporters.reports import hostile, whole, without_errors

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WIDTHS = (360, 800, 1400)
ASK = """<script>addEventListener("load", () => {
 const wide = [...document.querySelectorAll("main *, header *")].filter(
  one => one.getBoundingClientRect().right > innerWidth + 0.5 && getComputedStyle(one).position !== "absolute");
 document.title = `${document.documentElement.scrollWidth} ${innerWidth} ${wide.map(one => one.tagName).join()}`; })</script>"""
LONG = "x" * 300


def test_a_hundred_findings_are_less_than_200_kb() -> None:
    text = html_report(without_errors(100), Style())
    assert text.count('class="card finding') == 100
    assert len(text.encode()) <= 200_000


def test_what_it_shows() -> None:
    text = html_report(whole(), Style())
    html(text)
    assert "<mark>acme/base-7b</mark>" in text
    assert "--model acme/base-7b-instruct --tool-call-parser hermes</span>" in text
    assert 'aria-label="-4.5 nats toward base"' in text
    assert "its fine-tune is mounted over it" in text
    assert "the file b.env is missing" in text
    assert "big.yaml" in text
    assert '<a href="https://example.org/rules/deploy/base-weights-behind-chat">' in text
    assert "See <code>--chat-template</code>." in text
    for landmark in ("<header", "<nav aria-label", "<main", "<footer", '<html lang="en">'):
        assert landmark in text
    assert "<script" not in text
    assert not re.search(r"(src|href)=\"(?!#|https://example\.org/)", text)


def test_an_address_that_is_no_web_address_is_no_link() -> None:
    from dataclasses import replace

    report = whole()
    report.rules = {name: replace(rule, address="javascript:alert(1)") for name, rule in report.rules.items()}
    assert "javascript:" not in html_report(report, Style())


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on the PATH (apt-get install chromium)")
@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "report", [whole(), without_errors(30), hostile(LONG), hostile(f"{LONG}/<b>{LONG}")], ids=("all", "many", "long", "hostile")
)
def test_nothing_is_wider_than_the_window(report: Report, width: int, tmp_path: Path) -> None:
    """A frame of the wanted width, since a browser's window cannot be made as small as a telephone's."""
    page = (
        html_report(report, Style())
        .replace("default-src 'none'", "default-src 'unsafe-inline'")
        .replace("</head>", f"{ASK}</head>")
    )
    (tmp_path / "page.html").write_text(page.replace("<details", "<details open"), "utf-8")
    frame = f'<iframe src="page.html" style="width:{width}px;height:2000px;border:0"></iframe>'
    (tmp_path / "frame.html").write_text(
        frame + "<script>setTimeout(() => document.title = frames[0].document.title, 500)</script>", "utf-8"
    )
    words = ["--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", "--virtual-time-budget=3000"]
    words += [f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width + 100},2100"]
    picture = tmp_path / "picture.png"
    assert BROWSER
    done = subprocess.run(
        [BROWSER, *words, f"--screenshot={picture}", "--dump-dom", (tmp_path / "frame.html").as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    found = re.search(r"<title>(\d+) (\d+) ?([A-Z,]*)</title>", done.stdout)
    assert found, done.stdout[-500:] + done.stderr[-500:]
    assert int(found[2]) == width
    assert int(found[1]) <= width
    assert found[3] == "", "an element is wider than the window"
    assert picture.stat().st_size > 5000
