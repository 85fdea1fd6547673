"""Whether the chat format makes an answer likelier than plain text does."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Behaviour, Evidence, signal

_CLEAR = 0.15
"""Nats a token. Measured: -0.31 (gemma-3-270m, base), +0.08 (a tiny base), +0.31 (SmolLM2-135M-Instruct), +0.38 (a tiny one)."""


@signal(group="behaviour")
def format_likelihood(behaviour: Behaviour) -> Iterator[Evidence]:
    """A weak sign, in the group of the stronger ones: to a model that never saw the format, its tokens are noise."""
    if behaviour.scores is None:
        return
    gain = behaviour.format_gain
    if gain >= _CLEAR:
        yield Evidence(
            0.7, f"run, its format makes answers likelier than plain text does ({gain:+.2f} nats a token)", kind="likelier"
        )
    elif gain <= -_CLEAR:
        yield Evidence(
            -0.7, f"run, its format makes answers less likely than plain text does ({gain:+.2f} nats a token)", kind="unlikelier"
        )
