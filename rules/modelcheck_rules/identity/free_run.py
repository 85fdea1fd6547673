"""What the model writes when it is let run in its chat format: whether it stops, and whether it repeats the question."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Behaviour, Evidence, signal


@signal(group="behaviour")
def free_run(behaviour: Behaviour) -> Iterator[Evidence]:
    """Weaker than the probabilities behind given answers, in whose group it stands.

    What is written differs by hardware, and answers may be long, all the more where the model thinks first. What is said decides
    nothing: base models answer questions now and then.
    """
    thinks = any("think" in written.prompt[-20:] or "<think>" in written.text for written in behaviour.in_format)
    count, scores = len(behaviour.in_format), behaviour.scores
    if scores is None or not count:
        return
    if scores.echo and all(scores.echo):
        yield Evidence(-1.5, "run, it begins every answer by repeating the question", kind="echoes")
    if behaviour.ended * 2 > count:
        yield Evidence(1.5, f"run, it ended {behaviour.ended} of {count} answers by itself", kind="stops")
    elif not behaviour.ended and not thinks:
        yield Evidence(-1.0, f"run, it ended none of {count} answers", kind="never-stops")
