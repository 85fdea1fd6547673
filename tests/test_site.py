"""The documentation site: it is built without a warning, no link leads nowhere, and a reader's browser fetches nothing elsewhere.

Skipped where the extra ``docs`` is not installed; ``.ci/run`` installs it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from conftest import ROOT

pytest.importorskip("mkdocs", reason="needs pip install -e '.[docs]'")
pytest.importorskip("mkdocstrings", reason="needs pip install -e '.[docs]'")


class Parsed(HTMLParser):
    """The places of a page, what it links to, and what its browser loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.places: set[str] = set()
        self.links: set[str] = set()
        self.loaded: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self.places |= {has[name] for name in ("id", "name") if name in has}
        if tag == "a" and "href" in has:
            self.links.add(has["href"])
        for name in ("src", "srcset", "data", "poster"):
            if name in has:
                self.loaded.add(has[name])
        if tag == "link" and has.get("rel") not in ("prev", "next", "canonical"):
            self.loaded.add(has["href"])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The site, and what its build printed."""
    folder = tmp_path_factory.mktemp("site")
    done = build(ROOT, folder)
    assert done.returncode == 0, done.stdout
    yield folder, done.stdout
    shutil.rmtree(folder)


def build(repository: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mkdocs", "build", "-f", repository / ".mkdocs.yml", "--strict", "-d", folder]
    env = os.environ | {"NO_MKDOCS_2_WARNING": "1", "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env, check=False)


@pytest.fixture(scope="module")
def pages(built: tuple[Path, str]) -> dict[Path, Parsed]:
    """Every page but 404.html, whose links are those of a site at the root of its host."""
    return {path: Parsed(path.read_text("utf-8")) for path in built[0].rglob("*.html") if path.name != "404.html"}


def test_the_build_warns_of_nothing(built: tuple[Path, str]) -> None:
    assert "WARNING" not in built[1], built[1]
    assert "ERROR" not in built[1], built[1]


def test_no_link_leads_nowhere(built: tuple[Path, str], pages: dict[Path, Parsed]) -> None:
    dead, count = [], 0
    for path, page in pages.items():
        for link in sorted(page.links | page.loaded):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            count += 1
            there = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            there = there / "index.html" if there.is_dir() else there
            if not there.is_file() or (parts.fragment and there in pages and unquote(parts.fragment) not in pages[there].places):
                dead.append(f"{path.relative_to(built[0])}: {link}")
    assert not dead
    print(f"{len(pages)} pages, {count} links")  # noqa: T201 - for docs/benchmarks.md


def test_a_browser_loads_nothing_from_elsewhere(pages: dict[Path, Parsed]) -> None:
    elsewhere = {link for page in pages.values() for link in page.loaded if urlsplit(link).netloc}
    assert not elsewhere


def test_a_link_to_a_file_of_the_repository_leads_to_a_copy_of_it(built: tuple[Path, str], pages: dict[Path, Parsed]) -> None:
    action = ".github/actions/scan/action.yml"
    assert f"../source/{action}" in pages[built[0] / "ci/index.html"].links
    assert (built[0] / "source" / action).read_bytes() == (ROOT / action).read_bytes()
    assert {"judge/", "rules/"} <= {link.partition("#")[0] for link in pages[built[0] / "index.html"].links}


def test_a_bar_in_a_table_is_shown_without_its_backslash(built: tuple[Path, str]) -> None:
    assert "<code>card: ModelCard | None</code>" in (built[0] / "writing-a-rule/index.html").read_text("utf-8")
    assert "[files|network|weights|generate]</code>" in (built[0] / "command-line/index.html").read_text("utf-8")


def test_the_search_finds_every_page(built: tuple[Path, str], pages: dict[Path, Parsed]) -> None:
    index = (built[0] / "search/search_index.json").read_text("utf-8")
    for path in pages:
        assert f'"{path.parent.relative_to(built[0]).as_posix()}/"'.replace('"./"', '""') in index, path


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("[x](nowhere.md)", "not found among documentation files"),
        ("[x](../nowhere.py)", "nowhere.py"),
        ("[x](settings.md#no-such-heading)", "does not contain an anchor"),
        ("::: modelcheck.api.NoSuchName", "NoSuchName"),
    ],
)
def test_a_build_fails_for(wrong: str, says: str, tmp_path: Path) -> None:
    for name in ("docs", "tests/tools", "modelcheck", "rules"):
        shutil.copytree(ROOT / name, tmp_path / "r" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (".mkdocs.yml", "README.md", "CHANGELOG.md", ".github/actions/scan/action.yml"):
        (tmp_path / "r" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / "r" / name)
    with (tmp_path / "r/docs/lock.md").open("a") as page:
        page.write(f"\n\n{wrong}\n")
    done = build(tmp_path / "r", tmp_path / "site")
    assert done.returncode, done.stdout
    assert says in done.stdout


def shown_rules(folder: Path, query: str, tmp_path: Path) -> list[tuple[str, str]]:
    """Name and severity of the rules that a browser shows on the page of rules; the rows of others are hidden."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no Chromium")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/profile", "--virtual-time-budget=5000"]
    address = (folder / "rules/index.html").as_uri() + query
    done = subprocess.run([browser, *options, "--dump-dom", address], capture_output=True, text=True, check=True, timeout=120)
    shown = re.findall(r"<tr>\s*<td><a href=[^>]*>([\w/-]+)</a></td>\s*<td>(\w+)</td>\s*<td>\w+</td>", done.stdout)
    return [(name, severity) for name, severity in shown if severity in ("note", "warning", "error")]


def test_the_rules_are_filtered_by_area_and_severity(built: tuple[Path, str], tmp_path: Path) -> None:
    every = shown_rules(built[0], "", tmp_path)
    some = shown_rules(built[0], "?area=deploy&severity=error", tmp_path)
    assert len(every) > 150
    assert some == [(name, severity) for name, severity in every if name.startswith("deploy/") and severity == "error"]
    assert ("deploy/base-weights-behind-chat", "error") in some
