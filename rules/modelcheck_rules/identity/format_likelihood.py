"""Whether the chat format makes an answer more likely than plain text does."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Behaviour, Evidence, signal

_CLEAR = 0.15
"""Nats per token. Measured: -0.31 (gemma-3-270m, base), +0.08 (tiny base), +0.31 (SmolLM2-135M-Instruct), +0.38 (tiny instruct)."""


@signal(group="behaviour")
def format_likelihood(behaviour: Behaviour) -> Iterator[Evidence]:
    """Whether the chat format raises the likelihood of an answer: weak evidence, in the group of the stronger signals.

    For a model that never saw the format, its tokens are noise.
    """
    if behaviour.scores is None:
        return
    gain = behaviour.format_gain
    if gain >= _CLEAR:
        yield Evidence(0.7, f"when run, answers are more likely in its chat format ({gain:+.2f} nats per token)", kind="likelier")
    elif gain <= -_CLEAR:
        yield Evidence(
            -0.7, f"when run, answers are less likely in its chat format ({gain:+.2f} nats per token)", kind="unlikelier"
        )
