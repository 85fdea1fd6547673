"""Compares what a server answers with what an expected checkpoint makes of the same requests, one check at a time.

Nothing here says that a server is "clean": each check agrees, differs, or was not made, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from modelcheck.records import record

Outcome = Literal["agrees", "differs", "not checked"]
Fault = Literal[
    "tokenizer", "added tokens", "first token", "generation prompt", "template", "system prompt", "cut prompt", "short context",
    "id", "weights",
]  # fmt: skip
OWN, UNPROMPTED = "its template", "its template without the generation prompt"
"""Names of the two ways in which every template is rendered; further ones are named after what is different."""


@record(eq=True)
class Check:
    """One comparison: ``says`` is the evidence, ``fault`` what it shows where it differs and the cause is known."""

    name: str
    outcome: Outcome
    says: str
    fault: Fault | None = None


@record()
class Expectation:
    """The expected checkpoint: its tokenizer's ``files`` (path → content) and what it makes of the conversations of ``texts``.

    ``prompts`` is way of rendering → the text of each conversation, None where the template fails; ``OWN`` is missing if there is
    no template, for the reason ``no_template``. ``same`` are ways that an engine may choose by itself, ``dated`` is set if the
    template writes the date. ``added`` are special tokens that stand for themselves anywhere in a text. ``adds_first`` is what
    ``tokenizer_config.json`` says about the first token, ``context`` the longest input in tokens, each None if nothing says so.
    """

    name: str
    hub_id: str | None
    revision: str | None
    files: Mapping[str, bytes]
    no_tokenizer: str
    prompts: Mapping[str, tuple[str | None, ...]]
    no_template: str
    same: frozenset[str]
    dated: bool
    added: tuple[str, ...]
    adds_first: bool | None
    context: int | None
    first: str | None
