"""A comparison as one HTML page, without scripts and without a network."""

from __future__ import annotations

from pathlib import Path

from modelcheck.compare.comparison import Comparison
from modelcheck.compare.curves_svg import curves, paired
from modelcheck.compare.sections import sections
from modelcheck.printable import one_line
from modelcheck.reporters.pages import page_environment, page_style
from modelcheck.reporters.xml_text import without_noncharacters

_SAMPLES = 3


def as_html(made: Comparison) -> str:
    """The page."""
    from markupsafe import Markup

    samples = [sample for one in made.outcomes for seed in one.trained[:1] for sample in seed.samples[:_SAMPLES]]
    page = (
        page_environment(Path(__file__).parent)
        .get_template("comparison.html.jinja")
        .render(
            style=Markup(page_style()),  # noqa: S704 - our own file
            sections=one_line(sections(made)),
            curves=one_line(curves(made)),
            paired=one_line(paired(made)),
            samples=one_line(samples),
        )
    )
    return without_noncharacters(page)
