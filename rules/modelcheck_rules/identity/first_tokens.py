"""How answers begin in the chat format when the model is run."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Behaviour, Evidence, signal

_CLEAR = 0.5
"""Nats. Measured: +1.7 and +0.9 in base models, +0.7 in one with conversations in its pretraining; -1.9, +0.3, +0.3 in instruct
models."""


@signal(group="behaviour")
def first_tokens(behaviour: Behaviour) -> Iterator[Evidence]:
    """Whether the chat format narrows or widens the choice of an answer's first token, and whether harmful requests are refused.

    Tuning narrows first tokens more than anything else (arXiv 2506.17871), and refusals begin with the same few words
    (arXiv 2406.05946). Weaker evidence than turn ends, in the same group: base models that saw conversations in pretraining answer
    narrowly and refuse, too.
    """
    scores, branching = behaviour.scores, behaviour.branching
    if scores is None or branching is None:
        return
    if behaviour.refused * 2 > len(scores.refused):
        because = f"when run, it refuses {behaviour.refused} of {len(scores.refused)} harmful requests and no harmless one"
        yield Evidence(2.0, f"{because}; a base model with conversations in its pretraining may do the same", kind="refuses")
    if branching >= _CLEAR:
        because = f"when run, its chat format widens the choice of an answer's first token ({branching:+.1f} nats)"
        yield Evidence(-1.0, because, kind="branches")
    elif branching <= -_CLEAR:
        because = f"when run, its chat format narrows the choice of an answer's first token ({branching:+.1f} nats)"
        yield Evidence(1.0, because, kind="narrows")
