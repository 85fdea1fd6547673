"""What the model generates in its chat format: whether it stops, and whether it repeats the question."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Behaviour, Evidence, signal


@signal(group="behaviour")
def free_run(behaviour: Behaviour) -> Iterator[Evidence]:
    """Whether generated answers end by themselves, or begin by repeating the question.

    Weaker evidence than the probabilities after given answers, in the same group. The output differs by hardware, and answers
    may be long, above all if the model reasons first. Their content is not evidence: base models sometimes answer questions too.
    """
    thinks = any("think" in written.prompt[-20:] or "<think>" in written.text for written in behaviour.in_format)
    count, scores = len(behaviour.in_format), behaviour.scores
    if scores is None or not count:
        return
    if scores.echo and all(scores.echo):
        yield Evidence(-1.5, "when run, it begins every answer by repeating the question", kind="echoes")
    if behaviour.ended * 2 > count:
        yield Evidence(1.5, f"when run, it ended {behaviour.ended} of {count} answers by itself", kind="stops")
    elif not behaviour.ended and not thinks:
        yield Evidence(-1.0, f"when run, it ended none of {count} answers by itself", kind="never-stops")
