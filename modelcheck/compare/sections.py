"""A comparison as sections of sentences and tables, for text, Markdown and HTML."""

from __future__ import annotations

from collections.abc import Sequence

from modelcheck.compare.comparison import Comparison, Outcome, Paired
from modelcheck.compare.data import told
from modelcheck.compare.deciding import MEASURES
from modelcheck.compare.wording import ADVICE, TRIAGE, answers, cost, labels, measure_name, reasons, triage_hint
from modelcheck.facts.behaviour import mean
from modelcheck.reporters.section_text import Section, Table, markdown_of, text_of
from modelcheck.reporters.summary import plural

_SIGNS = {"own": -1, "plain": -1, "tokens": -1}
"""Measures that are kept below zero, so that a larger value is better, and are shown above it."""
_COSTS = {"tokens": "tokens, over plain text", "fits": "conversations that fit"}
_MOST_LANGUAGES = 6


def as_text(made: Comparison) -> str:
    """For a terminal or a log."""
    return text_of(sections(made))


def as_markdown(made: Comparison) -> str:
    """For a message or a page."""
    return markdown_of(sections(made))


def sections(made: Comparison) -> list[Section]:
    """All sections, the answer first."""
    found = [_answer(made), _data(made), _starts(made)]
    if any(one.triage for one in made.outcomes):
        found.append(_triage(made))
    if any(one.trained for one in made.outcomes):
        found.append(_training(made))
    if made.by_task:
        found.append(_tasks(made))
    return [*found, _repeat(made)]


def _answer(made: Comparison) -> Section:
    lines = []
    if made.interrupted:
        lines.append("Interrupted: what follows is from the part that was done; the same command goes on from there.")
    names = labels(made.outcomes)
    lines += [f"{names[one.name]} could not be run to the end: {one.problem}." for one in made.outcomes if one.problem]
    lines += answers(made)
    if not made.pairs and made.triage:
        hint = triage_hint(made)
        lines.append(f"{f'{hint}. ' if hint else 'No start is clearly ahead. '}{TRIAGE}")
    kinds = {one.start.label for one in made.outcomes}
    lines += [text for kind, text in ADVICE.items() if kind in kinds]
    return Section("Answer", tuple(lines))


def _data(made: Comparison) -> Section:
    data = made.data
    shapes = ", ".join(f"{path} ({shape})" for path, shape in data.shapes.items())
    lines = [
        f"{len(data.conversations):,} conversations of {data.rows:,} rows: {shapes}.",
        f"{len(made.parts.train):,} to learn from, {len(made.parts.held):,} held back.",
    ]
    if data.left_out:
        lines.append(f"Left out: {told(data)}.")
    if made.refused:
        lines.append(
            "Left out for every start: " + "; ".join(f"{count} × {why}" for why, count in made.refused.most_common(5)) + "."
        )
    if made.parts.near:
        places = ", ".join(made.parts.near[:3])
        lines.append(f"{len(made.parts.near)} of those held back have most of their words in the part to learn from ({places}).")
    if made.languages:
        some = list(made.languages.items())[:_MOST_LANGUAGES]
        lines.append("Languages: " + ", ".join(f"{name} {count:,}" for name, count in some) + ".")
    return Section("Data", tuple(lines))


def _starts(made: Comparison) -> Section:
    names = labels(made.outcomes)

    def short(text: str) -> str:
        return next((text.replace(name, shown) for name, shown in names.items() if name in text), text)

    rows = tuple((names[one.name], _label(one), short(one.format.name)) for one in made.outcomes)
    return Section("Starts", (), (Table(("start", "judged", "asked in"), rows),))


def _label(one: Outcome) -> str:
    p, label = one.start.p_instruct, one.start.label
    if p is None or label not in ("base", "instruct"):
        return label
    return f"{label} ({min(p if label == 'instruct' else 1 - p, 0.999):.1%})"


def _triage(made: Comparison) -> Section:
    names = labels(made.outcomes)
    known = [one for one in made.outcomes if one.triage]
    rows = []
    for measure in (*MEASURES, *_COSTS):
        values = [f"{mean(one.triage[measure]) * _SIGNS.get(measure, 1):.2f}" for one in known]
        pairs = [pair for pair in made.triage if pair.measure == measure]
        rows.append((measure_name(measure) if measure in MEASURES else _COSTS[measure], *values, _ahead(pairs, names)))
    columns = ("measure", *(names[one.name] for one in known), "better by (95 %)")
    note = "Likelihoods in bits a byte of the answer (smaller is likelier), others as shares."
    return Section("As they are, before any training", (note,), (Table(columns, tuple(rows)),))


def _ahead(pairs: Sequence[Paired], names: dict[str, str]) -> str:
    if len(pairs) != 1:
        return ""
    (pair,) = pairs
    told_ = pair.difference
    if not pair.decided:
        return "cannot tell"
    return f"{names[pair.better]} ({told_.mean:.2f}, {told_.low:.2f} to {told_.high:.2f})"


def _training(made: Comparison) -> Section:
    names = labels(made.outcomes)
    trained = [one for one in made.outcomes if one.trained]
    points = trained[0].trained[0].amounts
    columns = (
        "loss with the end",
        "0",
        *(f"{amount:,}" for amount in points),
        "rate",
        made.options.metric or "exact match",
        "ends",
    )
    rows = []
    for one in trained:
        curve = [f"{mean([mean(seed.before) for seed in one.trained]):.3f}", *[""] * (len(points) - len(one.trained[0].losses))]
        curve += [f"{mean([mean(seed.losses[place]) for seed in one.trained]):.3f}" for place in range(len(one.trained[0].losses))]
        matched = [value for seed in one.trained for value in seed.matched]
        stopped = [seed.stopped for seed in one.trained if seed.stopped is not None]
        rows.append((
            names[one.name], *curve, f"{one.trained[0].rate:g}",
            f"{mean(matched):.0%}" if matched else "-", f"{mean(stopped):.0%}" if stopped else "-",
        ))  # fmt: skip
    seeds = len(trained[0].trained)
    whole = made.steps >= made.full
    lines = [
        f"{made.steps:,} steps of {made.options.batch} answers with LoRA, {plural(seeds, 'seed')}; the columns are the "
        + ("parts of the data" if whole else "examples seen")
        + f". A full training has {made.full:,} steps"
        + ".",
        *([] if seeds > 1 else ["One seed: the noise of training is not in the interval (--seeds 0,1,2)."]),
        *(f"{line}." for line in reasons(made)),
    ]
    price = cost(made)
    return Section("Training", (*lines, *([price] if price else [])), (Table(columns, tuple(rows)),), curves=True)


def _tasks(made: Comparison) -> Section:
    names = labels(made.outcomes)
    rows = tuple(
        (
            task, names[pair.better] if pair.decided else "cannot tell", f"{pair.relative or 0:.1%}",
            f"{min(pair.difference.p_positive, 0.99):.2f}", str(pair.difference.conversations),
        )
        for task, pair in made.by_task
    )  # fmt: skip
    return Section("By task", (), (Table(("task", "better", "less loss", "P", "held back"), rows),))


def _repeat(made: Comparison) -> Section:
    options = made.options
    sizes = f"rank {options.rank}; batch {options.batch}; length {options.length}; held back {options.held:g}"
    lines = [
        "Versions: " + ", ".join(f"{name} {version}" for name, version in made.versions.items()) + ".",
        "Data: " + ", ".join(f"{path} sha256 {digest[:16]}" for path, digest in made.data.digests.items()) + ".",
        f"Seeds {', '.join(map(str, options.seeds))}; rates {', '.join(f'{rate:g}' for rate in options.rates)}; {sizes}.",
    ]
    names = labels(made.outcomes)
    known = [f"{names[one.name]} {one.start.revision or f'sha256 {one.digest}'}" for one in made.outcomes if one.digest]
    return Section("To repeat it", (*lines, *([f"Starts: {', '.join(known)}."] if known else [])))
