"""The answer of a comparison in sentences. Base and instruct models are trained for different things; neither is called worse."""

from __future__ import annotations

from collections.abc import Sequence

from modelcheck.compare.comparison import Comparison, Outcome, Paired
from modelcheck.compare.deciding import MEASURES
from modelcheck.compare.statistics import LEVEL, Difference
from modelcheck.facts.behaviour import mean

ADVICE = {
    "base": (
        "A base model has no habits of answering to unlearn: it takes a format, a tone and a domain as the data has them, and "
        "needs more of it."
    ),
    "instruct": (
        "An instruct model answers already: less has to be taught, and fewer conversations do. It keeps its habits, and a training "
        "may take away some of what it could."
    ),
}
"""What is generally said of each kind as a start; shown beside what was measured."""
TRIAGE = (
    "Triage, low confidence: how likely a start finds the answers is known to mislead about what it learns; --train measures that."
)


def labels(outcomes: Sequence[Outcome]) -> dict[str, str]:
    """Short names: the last part of a path or an id, if that is enough to tell the starts apart."""
    short = {one.name: " on ".join(map(_last, one.name.split(" on "))) if one.grafted else _last(one.name) for one in outcomes}
    unique = len(set(short.values())) == len(short)
    return short if unique else {one.name: one.name for one in outcomes}


def _last(name: str) -> str:
    return name.rstrip("/").rpartition("/")[2] or name


def answers(made: Comparison) -> list[str]:
    """The answer of each pair, by the measure that decides."""
    names = labels(made.outcomes)
    return [answer(pair, made, names) for pair in made.pairs if pair.measure == (made.options.metric or "loss")]


def answer(pair: Paired, made: Comparison, names: dict[str, str]) -> str:
    """One pair in a few sentences."""
    told = pair.difference
    better, other = names[pair.better], names[pair.other]
    whole = made.steps >= made.full
    after = "after a full training" if whole else f"after {made.steps:,} of {made.full:,} steps"
    size = f"P {_p(told.p_positive)}, {_size(pair)} {after}"
    if pair.decided:
        shows = f"This much data shows a difference of {_detectable(pair)} in four of five cases."
        found = f"{better} is the better start for this data: {size}. {shows}"
    elif pair.continued is not None and pair.p < 1 - LEVEL:
        found = (
            f"Cannot tell {better} and {other} apart yet: {better} is ahead ({size}), but continued to a full training by a "
            "scaling law the curves may cross. A longer training tells more (--train 30%)."
        )
    else:
        found = f"Cannot tell {better} and {other} apart: {size}. {_needed(told)}"
    if pair.decided and pair.continued is not None:
        found += " Continued to a full training by a scaling law, a rough guide, the curves keep that order."
    return found


def _needed(told: Difference) -> str:
    if told.needed is None or told.needed > 100 * told.conversations:
        return "More data would hardly help: the difference is too small, or the trainings differ too much."
    return (
        f"The difference is below what {told.conversations} conversations can show; about {told.needed:,} held back would, if the "
        "trainings varied no more."
    )


def triage_hint(made: Comparison) -> str | None:
    """Which start the measures without training point to; None where they disagree or cannot tell."""
    own = [pair for pair in made.triage if pair.measure == "own" and pair.decided]
    return f"{labels(made.outcomes)[own[0].better]} finds the answers likelier in its format" if len(own) == 1 else None


def reasons(made: Comparison) -> list[str]:
    """What is known of each start that explains the answer."""
    names = labels(made.outcomes)
    found = []
    for one in made.outcomes:
        if not one.trained:
            continue
        before = mean([mean(seed.before) for seed in one.trained])
        after = mean([mean(seed.losses[-1]) for seed in one.trained])
        parts = [f"{before:.2f} bits a byte with the end of the answer before the training, {after:.2f} after {made.steps} steps"]
        stopped = [seed.stopped for seed in one.trained if seed.stopped is not None]
        if stopped:
            parts.append(f"ends {mean(stopped):.0%} of its answers")
        raw = [seed.raw for seed in one.trained if seed.raw]
        if raw:
            parts.append(f"{mean([b - a for a, b in raw]):+.2f} bits a byte on other texts")
        asked = [seed.asked for seed in one.trained if seed.asked]
        if asked:
            parts.append(
                f"follows {mean([b for _, b in asked]):.0%} of the fixed instructions ({mean([a for a, _ in asked]):.0%} before)"
            )
        found.append(f"{names[one.name]}: {', '.join(parts)}")
    return found


def cost(made: Comparison) -> str | None:
    """What a full training costs, by what the short one took."""
    rates = [
        (one, seed.seconds / max(made.steps, 1))
        for one in made.outcomes
        if not one.grafted
        for seed in one.trained[:1]
        if seed.seconds
    ]
    if not rates or not made.full:
        return None
    names = labels(made.outcomes)
    times = ", ".join(f"{names[one.name]} about {_time(rate * made.full)}" for one, rate in rates)
    return f"A full training ({made.full:,} steps of {made.options.batch}) takes here: {times}, without the search for a rate."


def measure_name(measure: str) -> str:
    """A measure in words."""
    return MEASURES.get(measure, measure)


def _size(pair: Paired) -> str:
    told = pair.difference
    if pair.measure == "loss" and pair.relative is not None and told.mean:
        scale = pair.relative / told.mean
        return f"{pair.relative:.1%} less loss ({told.low * scale:.1%} to {told.high * scale:.1%})"
    return f"{told.mean * 100:.1f} points of {pair.measure} ({told.low * 100:.1f} to {told.high * 100:.1f})"


def _detectable(pair: Paired) -> str:
    told = pair.difference
    if pair.measure == "loss" and pair.relative is not None and told.mean:
        return f"{told.detectable * pair.relative / told.mean:.1%} of the loss"
    return f"{told.detectable * 100:.1f} points"


def _p(value: float) -> str:
    return "> 0.99" if value > 0.995 else f"= {value:.2f}"


def _time(seconds: float) -> str:
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"
