"""Whether the model, when it is run, ends its turns: what fine-tuning teaches, and pretraining mostly does not."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Axis, Behaviour, Evidence, signal

_ENDS_QUESTIONS = -3.0
"""Nats. Measured: -8.5 in two base models, -9.9 in a small fine-tune, -0.6 in SmolLM2-135M-Instruct. Low says nothing."""


@signal(group="behaviour")
def turn_ending(behaviour: Behaviour) -> Iterator[Evidence]:
    """The turn's end behind complete answers, beside the model's own unused tokens; thresholds in ``facts/behaviour.py``.

    A base model that met conversations in its pretraining ends turns too: a tiny one made so scores as an instruct model does. So
    that alone does not decide. That a model ends a bare question, with no chat around it, was seen of instruct models only.
    """
    if behaviour.adapted:
        yield Evidence(-10.0, "put on its base model, it writes text", axis=Axis.TASK, kind="adapted")
    scores = behaviour.scores
    if scores is None:
        return
    likely = f"log P({scores.turn_end}) behind a complete answer is {behaviour.complete:+.1f}"
    beside = f", {behaviour.margin:+.1f} from unused tokens" if behaviour.margin is not None else ""
    said = f"{likely}{beside}"
    if behaviour.outcome == "base":
        if behaviour.document_end:
            yield Evidence(-3.0, f"run, it does not end its answers: {said}", kind="runs-on-documents")
        else:
            weight = -3.5 if scores.own else -3.2  # a format that is only likely to be its own
            yield Evidence(weight, f"run, it does not end its turns: {said}", kind="runs-on" if scores.own else "runs-on-guessed")
    elif behaviour.outcome == "instruct":
        if behaviour.question_end >= _ENDS_QUESTIONS:
            yield Evidence(4.0, f"run, it ends its turns, and a bare question too: {said}", kind="ends-questions")
        elif behaviour.document_end:
            yield Evidence(
                2.0, f"run, it ends its answers, as some base models do with {scores.turn_end}: {said}", kind="ends-documents"
            )
        else:
            confound = "a base model with conversations in its pretraining does the same"
            yield Evidence(2.5, f"run, it ends its turns: {said}; {confound}", kind="ends-turns")
    else:
        yield Evidence(0.0, f"run, it tells nothing for sure: {behaviour.why} ({said})", kind="inconclusive")
