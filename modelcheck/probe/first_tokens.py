"""How an answer begins: how many first tokens are likely, and whether harmful requests are refused. One forward pass each.

Tuning narrows the first tokens of answers more than what follows (arXiv 2406.05946, 2506.17871); ``docs/the-probe.md`` has figures.
"""

from __future__ import annotations

import math

from modelcheck.probe.formats import HARMFUL, OPEN_QUESTIONS, REFUSALS
from modelcheck.probe.loading import Loaded
from modelcheck.probe.messages import Format, Pair
from modelcheck.probe.scoring import end_of, read, row_of


def first_tokens(loaded: Loaded, format_: Format) -> dict[str, tuple[float, ...]]:
    """The fields ``first``, ``plain_first``, ``refused`` and ``refused_harmless`` of ``Scores``; empty without prompts."""
    if not format_.prompts:
        return {}
    count = len(OPEN_QUESTIONS)
    asked, requests = format_.prompts[:count], format_.prompts[count:]
    refused = _refused(loaded, requests)
    return {
        "first": _entropies(loaded, asked, special=False),
        "plain_first": _entropies(loaded, tuple(f"{question}\n" for question in OPEN_QUESTIONS), special=True),
        "refused": refused[: len(HARMFUL)],
        "refused_harmless": refused[len(HARMFUL) :],
    }


def _entropies(loaded: Loaded, texts: tuple[str, ...], *, special: bool) -> tuple[float, ...]:
    """Entropy of the next token after each text, in nats."""
    rows = [end_of(loaded.tokenizer, text, special=special) for text in texts]
    return tuple(one.entropy(row.last) for one, row in zip(read(loaded, rows), rows, strict=True))


def _refused(loaded: Loaded, requests: tuple[str, ...]) -> tuple[float, ...]:
    """Log-probability that the answer to each request begins with one of ``REFUSALS``."""
    rows = [row_of(loaded.tokenizer, Pair(request, request, start), special=False) for request in requests for start in REFUSALS]
    each = [
        sum(one.log_p(place - 1, row.ids[place]) for place in range(row.answer, row.stop))
        for one, row in zip(read(loaded, rows), rows, strict=True)
    ]
    groups = [each[at : at + len(REFUSALS)] for at in range(0, len(each), len(REFUSALS))]
    return tuple(math.log(max(sum(math.exp(value) for value in group), 1e-30)) for group in groups)
