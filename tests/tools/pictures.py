"""Makes the pictures of reports in docs/pictures: the text report of the fixtures in 80 columns, dark and light, and the HTML page.

    python tests/tools/pictures.py [--check]

The text is what the command writes to a terminal, drawn by rich as SVG. The page is drawn by a headless Chromium, and left as it is
where there is none. ``--check`` writes nothing, and exits 1 if a picture of text does not show what the command writes now.
"""

from __future__ import annotations

import argparse
import html
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, SVG_EXPORT_THEME
from rich.text import Text

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script, only its own folder is on the path

from browser import CHROMIUM, browser
from synthetic_fleet import write_fleet
from terminals import written_to_terminal

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs/pictures"
COLUMNS = 80
SCAN = ("scan", "chat-on-base/compose.yaml", "wrong-eos", "--offline")
THEMES = {"dark": SVG_EXPORT_THEME, "light": DEFAULT_TERMINAL_THEME}
PAGE_SIZE = (1000, 1250)
FLEET_SIZE = (1280, 1560)
_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def command(*words: str) -> list[str]:
    """modelcheck, run by this Python."""
    return [sys.executable, "-P", "-m", "modelcheck", *words]


def environment() -> dict[str, str]:
    """A terminal of 80 columns, and no network."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    return kept | {"TERM": "xterm-256color", "COLUMNS": str(COLUMNS), "PYTHONIOENCODING": "utf-8"}


def on_terminal(words: tuple[str, ...]) -> str:
    """What a command writes to a terminal."""
    return written_to_terminal(command(*words), cwd=ROOT / "fixtures", env=environment(), errors=False)


def drawn(text: str, theme: str) -> str:
    """The text of a terminal as SVG, in a font of the reader's own."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text.from_ansi(text), soft_wrap=True)
    title = f"modelcheck {' '.join(SCAN)}"
    svg = console.export_svg(title=title, theme=THEMES[theme], unique_id=f"modelcheck-{theme}")
    lines = _FONT.sub("", svg).replace("Fira Code", "ui-monospace").splitlines()
    return "\n".join(line.rstrip() for line in lines) + "\n"


def shown(svg: str) -> list[str]:
    """The words in a drawn terminal. Versions of rich draw differently, but not other words."""
    lines = re.findall(r"<text [^>]*clip-path[^>]*>(.*?)</text>", svg)
    return html.unescape(" ".join(lines)).split()


def draw_page() -> None:
    """The HTML report as PNG, if there is a browser."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        print("no Chromium: docs/pictures/html.png is left as it is")
        return
    with tempfile.TemporaryDirectory() as temporary:
        page = Path(temporary, "report.html")
        folders = ("chat-on-base", "wrong-eos", "tiny-base", "tiny-instruct")
        words = ("scan", *folders, "--offline", "--format", f"html={page}")
        subprocess.run(command(*words), cwd=ROOT / "fixtures", env=environment(), check=False)
        size = ",".join(map(str, PAGE_SIZE))
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={temporary}/profile"]
        target = f"--screenshot={PICTURES / 'html.png'}"
        subprocess.run([browser, *options, f"--window-size={size}", target, page.as_uri()], capture_output=True, check=True)


def draw_fleet() -> None:
    """The inventory and the lineage of a synthetic fleet as PNG, if there is a browser."""
    if CHROMIUM is None:
        print("no Chromium: docs/pictures/fleet.png is left as it is")
        return
    with tempfile.TemporaryDirectory() as temporary, browser(Path(temporary, "profile")) as shown_in:
        store, page = Path(temporary, "fleet.sqlite"), Path(temporary, "fleet.html")
        write_fleet(store, 10_000, 2_000, 6)
        words = ("fleet", "report", "--store", str(store), "-o", str(page))
        subprocess.run(command(*words), cwd=temporary, env=environment(), check=True)
        shown_in.open(page, width=FLEET_SIZE[0], height=FLEET_SIZE[1])
        shown_in.run("document.getElementById('inventory').scrollIntoView()")
        shown_in.until("document.querySelectorAll('.node').length > 0")
        shown_in.settle()
        shown_in.picture(PICTURES / "fleet.png")


def main() -> None:
    """Make or check the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    text = on_terminal(SCAN)
    # Progress is drawn for several targets and erased; what remains starts at the first verdict.
    text = text[max(0, text.rfind("\x1b[2K") + 4) :] if "\x1b[2K" in text else text
    stale = []
    for theme in THEMES:
        path, svg = PICTURES / f"text-{theme}.svg", drawn(text, theme)
        if not check:
            path.write_text(svg, "utf-8")
        elif not path.is_file() or shown(path.read_text("utf-8")) != shown(svg):
            stale.append(path.relative_to(ROOT).as_posix())
    if not check:
        draw_page()
        draw_fleet()
    elif stale:
        sys.exit(f"out of date, run python tests/tools/pictures.py: {', '.join(stale)}")


if __name__ == "__main__":
    main()
