"""Compares the likeliest first tokens that a server reports with those that the expected weights give, run here."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from modelcheck.records import record
from modelcheck.served import Check
from modelcheck.served.questions import Asking
from modelcheck.sources.endpoint_client import Reply

LIKELY_CHECK = "likeliest first tokens"
NONE_REPORTED = "the server returns no log probabilities"
MOST = 5
"""Log probabilities that are asked for: more are refused by some servers."""
_CAUSES = "a fine-tune, a strong quantization, or another setting of the sampler"
_ENOUGH = 6
"""Fewer prompts say nothing."""
_LONGEST = 200
"""Characters of a token."""
_SLACK, _MOST_SLACK = 0.05, 0.2
"""What agrees is at least as near as rounding to four bits leaves the expected weights, within these limits."""
_DISJOINT, _KEPT, _NEARLY_ALL = 0.05, 0.5, 0.9
"""Of the probability of the likeliest tokens: what is left if they are others, what rounding leaves, in how many prompts."""

Distribution = Mapping[str, float]
"""Text of a token, without the space before it → probability."""


@record()
class Likely:
    """The next tokens after each prompt: ``own`` of the expected weights, ``rounded`` of the same, rounded to four bits.

    ``samples`` are continuations of each prompt by the expected weights, ``greedy`` the likeliest one. ``problem`` is why there are
    none.
    """

    own: tuple[Distribution, ...] = ()
    rounded: tuple[Distribution, ...] = ()
    samples: tuple[tuple[str, ...], ...] = ()
    greedy: tuple[str, ...] = ()
    problem: str = ""


def bare(token: str) -> str:
    """A token's text as it is compared: libraries write the space before a word, or do not."""
    return token.strip(" ▁Ġ")


def check_likely(asking: Asking, prompts: Sequence[str], likely: Likely) -> Check:
    """Ask for the first token after each prompt, and compare."""
    if likely.problem:
        return Check(LIKELY_CHECK, "not checked", likely.problem)
    reported: list[Distribution] = []
    for prompt in prompts:
        reply = asking.first_tokens("/completions", {"prompt": prompt, "temperature": 1, "top_p": 1}, MOST)
        if reply.status >= 400:
            return Check(LIKELY_CHECK, "not checked", f"{reply.status} {reply.message}".strip())
        reported.append(reported_by(reply))
        if not reported[-1]:
            return Check(LIKELY_CHECK, "not checked", NONE_REPORTED)
    return compare_likely(likely, reported)


def compare_likely(likely: Likely, reported: Sequence[Distribution]) -> Check:
    """Compare distributions; only those that have hardly a token in common show other weights."""
    pairs = list(zip(likely.own, reported, strict=False))
    if len(pairs) < _ENOUGH:
        return Check(LIKELY_CHECK, "not checked", f"{len(pairs)} prompts say nothing")
    distance = _mean([_distance(own, theirs) for own, theirs in pairs])
    reaches = [_reach(own, theirs) for own, theirs in pairs]
    controls = list(zip(likely.own, map(_top, likely.rounded), strict=True))
    usual = _mean([_distance(own, rounded) for own, rounded in controls])
    kept = [_reach(own, rounded) for own, rounded in controls]
    figures = f"{distance:.2f} from the expected ones on average, where rounding the expected weights to 4 bits makes {usual:.2f}"
    if distance <= _slack(usual) and 1 - _mean(reaches) <= _slack(1 - _mean(kept)):
        return Check(LIKELY_CHECK, "agrees", f"those of {len(pairs)} prompts are {figures}")
    others = sum(reach <= _DISJOINT and control >= _KEPT for reach, control in zip(reaches, kept, strict=False))
    if others >= _ENOUGH and others >= _NEARLY_ALL * len(pairs):
        return Check(LIKELY_CHECK, "differs", f"after {others} of {len(pairs)} prompts they are other tokens; {figures}", "weights")
    return Check(LIKELY_CHECK, "differs", f"those of {len(pairs)} prompts are {figures}: {_CAUSES}")


def _slack(of_rounding: float) -> float:
    return min(max(of_rounding, _SLACK), _MOST_SLACK)


def reported_by(reply: Reply) -> Distribution:
    """The likeliest first tokens of an answer, in one of the forms that engines write; empty if there are none."""
    found: dict[str, float] = {}
    for token, value in _entries(reply.choice.get("logprobs")):
        known = isinstance(token, str) and len(token) <= _LONGEST and "\ufffd" not in token
        if known and isinstance(value, int | float) and not isinstance(value, bool) and value <= 1e-3 and math.isfinite(value):
            found[bare(token)] = found.get(bare(token), 0.0) + math.exp(value)
    return _top(found)


def _entries(logprobs: Any) -> Iterator[tuple[Any, Any]]:
    """Tokens and their log probabilities, as the server wrote them."""
    if not isinstance(logprobs, dict):
        return
    legacy, content = logprobs.get("top_logprobs"), logprobs.get("content")
    if isinstance(legacy, list) and legacy and isinstance(legacy[0], dict):
        yield from list(legacy[0].items())[: 4 * MOST]
    elif isinstance(content, list) and content and isinstance(content[0], dict):
        listed = content[0].get("top_logprobs")
        for one in listed[: 4 * MOST] if isinstance(listed, list) else []:
            if isinstance(one, dict):
                yield one.get("token"), one.get("logprob")


def _top(distribution: Distribution) -> Distribution:
    ordered = sorted(distribution.items(), key=lambda pair: -pair[1])
    return dict(ordered[:MOST])


def _reach(own: Distribution, theirs: Distribution) -> float:
    """The expected probability of their likeliest tokens, as a part of that of as many of the expected ones."""
    most = sum(sorted(own.values(), reverse=True)[: len(theirs)])
    return sum(own.get(token, 0.0) for token in theirs) / most if most else 0.0


def _distance(own: Distribution, theirs: Distribution) -> float:
    """The total variation, as shares of their likeliest tokens: a sampler that cuts off the rest does not change it."""
    mine, all_theirs = sum(own.get(token, 0.0) for token in theirs), sum(theirs.values())
    if not mine or not all_theirs:
        return 1.0
    return sum(abs(value / all_theirs - own.get(token, 0.0) / mine) for token, value in theirs.items()) / 2


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
