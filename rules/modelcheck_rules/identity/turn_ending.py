"""Whether the model ends its turns when it is run, which is learned in fine-tuning and mostly not in pretraining."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Axis, Behaviour, Evidence, signal

_ENDS_QUESTIONS = -3.0
"""Nats. Measured: -8.5 in two base models, -9.9 in a small fine-tune, -0.6 in SmolLM2-135M-Instruct. Low is not evidence."""

_WIDENS = 0.5
"""Nats, as in ``first_tokens``."""


@signal(group="behaviour")
def turn_ending(behaviour: Behaviour) -> Iterator[Evidence]:
    """The probability of the end-of-turn token after complete answers, compared with unused tokens of the same model.

    The thresholds are in ``facts/behaviour.py``. A base model that saw conversations in pretraining ends turns too: a tiny one
    trained this way scores like an instruct model. So this alone does not decide. Only instruct models were observed to end a
    bare question without any chat format.
    """
    if behaviour.adapted:
        yield Evidence(-10.0, "with its base model it generates text", axis=Axis.TASK, kind="adapted")
    scores = behaviour.scores
    if scores is None:
        return
    probability = f"log P({scores.turn_end}) after a complete answer is {behaviour.complete:+.1f}"
    margin = f", {behaviour.margin:+.1f} from unused tokens" if behaviour.margin is not None else ""
    measured = f"{probability}{margin}"
    if behaviour.outcome == "base":
        if behaviour.document_end:
            yield Evidence(-3.0, f"when run, it does not end its answers: {measured}", kind="runs-on-documents")
        else:
            # A guessed format is only likely to be the model's own.
            weight, kind = (-3.5, "runs-on") if scores.own else (-3.2, "runs-on-guessed")
            yield Evidence(weight, f"when run, it does not end its turns: {measured}", kind=kind)
    elif behaviour.outcome == "instruct":
        if behaviour.question_end >= _ENDS_QUESTIONS:
            yield Evidence(4.0, f"when run, it ends its turns and also a bare question: {measured}", kind="ends-questions")
        elif behaviour.document_end:
            because = f"when run, it ends its answers, as some base models do with {scores.turn_end}: {measured}"
            yield Evidence(2.0, because, kind="ends-documents")
        else:
            confound = "a base model with conversations in its pretraining does the same"
            widens = behaviour.branching is not None and behaviour.branching >= _WIDENS
            also = ", and its chat format widens the choice of an answer's first token, as that of a base model" if widens else ""
            weight, kind = (1.6, "ends-turns-branching") if widens else (2.5, "ends-turns")
            yield Evidence(weight, f"when run, it ends its turns: {measured}; {confound}{also}", kind=kind)
    else:
        yield Evidence(0.0, f"when run, the result is inconclusive: {behaviour.why} ({measured})", kind="inconclusive")
