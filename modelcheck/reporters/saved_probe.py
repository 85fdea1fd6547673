"""Reads the results of running a model or testing a server back from a JSON report."""

from __future__ import annotations

from typing import cast, get_args

from modelcheck.facts.asking import Route
from modelcheck.facts.behaviour import Behaviour, Outcome
from modelcheck.facts.served import Served
from modelcheck.probe.messages import Run, Scores, Written
from modelcheck.report import CheckpointReport
from modelcheck.reporters.saved_node import Node

_NUMBERS = ("complete", "cut", "control", "question_end", "plain_end", "answer", "plain_answer", "entropy")


def add_probe(node: Node, checkpoint: CheckpointReport) -> None:
    """Set what the key ``probe`` of a checkpoint says. Raises Misuse."""
    if node.maybe("chat"):
        checkpoint.served = _served(node)
    elif node.maybe("outcome") is None:
        checkpoint.unprobed = node.text("why")
    else:
        checkpoint.behaviour = _behaviour(node)


def _behaviour(node: Node) -> Behaviour:
    plain, in_format = _written(node)
    run = Run(
        node.text("device"),
        node.text("dtype"),
        node.count("parameters"),
        {stage: node.get("seconds").number(stage) for stage, _ in node.items("seconds")},
    )
    return Behaviour(
        cast("Outcome", node.choice("outcome", get_args(Outcome))),
        node.maybe_text("why"),
        _scores(node),
        node.maybe_number("margin"),
        document_end=False,
        plain=plain,
        in_format=in_format,
        run=run,
        adapted=False,
        passed_over=node.maybe_text("passed_over"),
        unfinished=node.maybe_text("unfinished"),
    )


def _scores(node: Node) -> Scores | None:
    scores = node.maybe("scores")
    if scores is None:
        return None
    numbers = {}
    for name in _NUMBERS:
        values = [Node({"value": one.value}, one.path).number("value") for one in scores.each(name)]
        if not values and name != "control":
            raise scores.get(name).wrong("a list of numbers")
        numbers[name] = tuple(values)
    own, turn_end = node.flag("own_template"), node.text("turn_end")
    return Scores(node.text("format"), own, turn_end, node.texts("controls"), **numbers, echo=())


def _served(node: Node) -> Served:
    texts, answers = _written(node)
    return Served(
        cast("Route", node.choice("chat", get_args(Route))),
        cast("Route", node.choice("completions", get_args(Route))),
        node.maybe_text("refusal") or "",
        answers,
        node.count("loops"),
        node.flag("reasoning"),
        texts,
        node.count("questions_ended"),
        node.count("questions"),
        node.maybe_text("format"),
        node.flag("anywhere"),
        node.texts("formats"),
        node.maybe_number("first_logprob"),
        node.maybe_text("completions_refusal") or "",
        node.count("requests"),
    )


def _written(node: Node) -> tuple[tuple[Written, ...], tuple[Written, ...]]:
    """The texts as plain text, and those in a chat format."""
    found: tuple[list[Written], list[Written]] = ([], [])
    for one in node.each("written"):
        written = Written(one.text("prompt"), one.text("text"), one.count("tokens"), one.maybe_text("stop"))
        found[one.flag("in_format")].append(written)
    return tuple(found[0]), tuple(found[1])
