"""Whether a server's completions may come from the expected weights, by samples of both: for servers without log probabilities.

Model Equality Testing (arXiv 2410.20247): the Hamming kernel of texts, and a permutation test within each prompt.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from modelcheck.served import Check
from modelcheck.served.questions import Asking

SAMPLES_CHECK = "samples of completions"
EACH, LENGTH = 8, 8
"""Samples of each prompt, and their length in tokens."""
_CHARACTERS = 40
_ORDERS = 999
"""Random ways to share out the samples of both, for the p-value."""
_SURE = 0.005
_SEED = 7
_CAUSES = "other weights, a quantized copy, or another setting of the sampler"


def check_samples(asking: Asking, prompts: Sequence[str], expected: Sequence[Sequence[str]]) -> Check:
    """Ask for samples of each prompt, and compare. A difference is no fault: a quantized copy makes one."""
    theirs = []
    for prompt in prompts:
        found = asking.samples(prompt, EACH, LENGTH)
        if isinstance(found, str):
            return Check(SAMPLES_CHECK, "not checked", found)
        theirs.append(found)
    return compare_samples(expected, theirs)


def compare_samples(expected: Sequence[Sequence[str]], theirs: Sequence[Sequence[str]]) -> Check:
    """Compare samples of the same prompts, as many of both."""
    own, other = ([[_comparable(text) for text in texts] for texts in side] for side in (expected, theirs))
    if all(len(set(texts)) == 1 for texts in other) and any(len(set(texts)) > 1 for texts in own):
        return Check(SAMPLES_CHECK, "not checked", "the server completes a prompt in the same way each time: it does not sample")
    p = _p_value(own, other)
    said = f"{sum(map(len, other))} completions, p = {p:.3f} that they are of the expected weights"
    if p > _SURE:
        return Check(SAMPLES_CHECK, "agrees", f"no difference is seen in {said}")
    return Check(SAMPLES_CHECK, "differs", f"{said}: {_CAUSES}")


def _comparable(text: str) -> str:
    """Without the space that libraries write before a word or not, and without a cut character."""
    return text.strip().rstrip("\ufffd")[:_CHARACTERS].ljust(_CHARACTERS, "\0")


def _p_value(own: Sequence[Sequence[str]], other: Sequence[Sequence[str]]) -> float:
    """How often samples that are shared out at random are as unlike as these."""
    random = Random(_SEED)  # noqa: S311 - nothing secret
    observed, as_unlike = 0.0, [0.0] * _ORDERS
    for mine, theirs in zip(own, other, strict=True):
        both = [*mine, *theirs]
        alike = [[sum(map(str.__eq__, one, another)) for another in both] for one in both]
        observed += _across(alike, range(len(mine)))
        for order in range(_ORDERS):
            as_unlike[order] += _across(alike, random.sample(range(len(both)), len(mine)))
    return (1 + sum(one <= observed for one in as_unlike)) / (1 + _ORDERS)


def _across(alike: Sequence[Sequence[int]], one_side: Sequence[int]) -> int:
    """How alike the texts of one side are to those of the other, in characters, over all pairs."""
    rest = set(range(len(alike))) - set(one_side)
    return sum(alike[one][other] for one in one_side for other in rest)
