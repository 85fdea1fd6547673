"""Whether a server's completions may come from the expected weights, by samples of both: for servers without log probabilities.

Model Equality Testing (arXiv 2410.20247): the Hamming kernel of texts, and a permutation test within each prompt.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from modelcheck.served import Check
from modelcheck.served.likely import Likely
from modelcheck.served.questions import Asking

SAMPLES_CHECK = "samples of completions"
EACH, LENGTH = 8, 8
"""Samples of each prompt, and their length in tokens."""
_CHARACTERS = 40
_ORDERS = 999
"""Random ways to share out the samples of both, for the p-value."""
_SURE = 0.005
_SEED = 7
_SURELY = 3
"""Prompts that are completed in one way only by a server that does not sample."""
_NEARLY_ALL = 0.7
"""Of the likeliest completions: another data type changes one where two tokens are about as likely."""
_CAUSES = "other weights, a quantized copy, or another setting of the sampler"


def check_samples(asking: Asking, prompts: Sequence[str], expected: Likely) -> Check:
    """Ask for samples of each prompt, and compare. A difference is no fault: a quantized copy makes one."""
    theirs: list[Sequence[str]] = []
    for prompt in prompts:
        greedy = len(theirs) >= _SURELY and _is_greedy(theirs)
        found = asking.samples(prompt, 1 if greedy else EACH, LENGTH)
        if isinstance(found, str):
            return Check(SAMPLES_CHECK, "not checked", found)
        theirs.append(found)
    if _is_greedy(theirs):
        return compare_greedy(expected.greedy, [texts[0] for texts in theirs])
    return compare_samples(expected.samples, theirs)


def _is_greedy(samples: Sequence[Sequence[str]]) -> bool:
    return all(len(set(texts)) == 1 for texts in samples)


def compare_greedy(expected: Sequence[str], theirs: Sequence[str]) -> Check:
    """Compare the likeliest completions of the same prompts, for a server that does not sample."""
    same = sum(_comparable(own) == _comparable(other) for own, other in zip(expected, theirs, strict=True))
    said = f"the server does not sample; {same} of its {len(theirs)} completions are those of the expected weights"
    if same >= _NEARLY_ALL * len(theirs):
        return Check(SAMPLES_CHECK, "agrees", said)
    return Check(SAMPLES_CHECK, "differs", f"{said}: {_CAUSES}")


def compare_samples(expected: Sequence[Sequence[str]], theirs: Sequence[Sequence[str]]) -> Check:
    """Compare samples of the same prompts, as many of both."""
    own, other = ([[_comparable(text) for text in texts] for texts in side] for side in (expected, theirs))
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
