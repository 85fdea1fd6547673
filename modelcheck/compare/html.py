"""A comparison as one HTML page, without scripts and without a network."""

from __future__ import annotations

from pathlib import Path

from modelcheck.compare.comparison import Comparison
from modelcheck.compare.curves_svg import curves, paired
from modelcheck.compare.sections import sections
from modelcheck.printable import one_line
from modelcheck.reporters.xml_text import without_noncharacters

_TEMPLATE = Path(__file__).with_name("comparison.html.jinja")
_SAMPLES = 3


def as_html(made: Comparison) -> str:
    """The page."""
    from jinja2 import Environment, StrictUndefined  # 40 ms, for this format only

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    samples = [sample for one in made.outcomes for seed in one.trained[:1] for sample in seed.samples[:_SAMPLES]]
    page = environment.from_string(_TEMPLATE.read_text("utf-8")).render(
        sections=one_line(sections(made)), curves=one_line(curves(made)), paired=one_line(paired(made)), samples=one_line(samples)
    )
    return without_noncharacters(page)
