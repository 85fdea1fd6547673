"""A lineage as one HTML page, without scripts and without a network."""

from __future__ import annotations

from pathlib import Path

from modelcheck.lineage.graph_svg import drawing
from modelcheck.lineage.lineage import Lineage
from modelcheck.lineage.sections import sections
from modelcheck.printable import one_line
from modelcheck.reporters.pages import page_environment, page_style
from modelcheck.reporters.xml_text import without_noncharacters


def as_html(made: Lineage) -> str:
    """The page."""
    from markupsafe import Markup

    drawn = drawing(made.edges)
    page = (
        page_environment(Path(__file__).parent)
        .get_template("lineage.html.jinja")
        .render(
            style=Markup(page_style()),  # noqa: S704 - our own file
            drawing=one_line(drawn),
            width=drawn["width"] if drawn else 0,
            sections=one_line(sections(made)),
        )
    )
    return without_noncharacters(page)
