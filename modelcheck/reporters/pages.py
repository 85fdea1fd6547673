"""What every HTML page of modelcheck shares: the environment of its templates, and its colours and shapes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

_STYLE = Path(__file__).with_name("page.css")


def page_environment(folder: Path) -> Environment:
    """The jinja2 environment for the templates in a folder: texts are escaped, and a name that is not given is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # 40 ms, for pages only

    return Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, loader=FileSystemLoader(folder)
    )


def page_style() -> str:
    """The style sheet of all pages."""
    return _STYLE.read_text("utf-8")
