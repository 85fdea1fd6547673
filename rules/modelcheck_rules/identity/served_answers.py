"""Whether the model behind a server ends its answers."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Evidence, Served, signal


@signal(group="behaviour")
def served_answers(served: Served) -> Iterator[Evidence]:
    """What is deployed, template and stops of the server's included; a server tells less of the model than its weights do.

    An answer that is merely long was not ended either, so one counts against the model only where it goes in circles. Weights as
    in ``turn_ending``, with the same confound: a base model that met conversations in its pretraining ends turns too.
    """
    count = len(served.answers)
    ends_questions = served.asked > 0 and served.questions * 2 > served.asked
    if served.chat == "answers" and served.ended * 3 >= count * 2:
        yield _ends(f"its chat route ended {served.ended} of {count} answers by itself", both=ends_questions)
    elif served.chat == "answers" and served.ended * 6 <= count and served.loops * 2 >= count and not served.reasoning:
        because = (
            f"its chat route ended {served.ended} of {count} answers by itself, and {served.loops} go in circles until they are cut"
        )
        yield Evidence(-3.5, because, kind="runs-on")
    elif served.chat == "answers":
        because = f"its chat route ended {served.ended} of {count} answers by itself, which tells nothing for sure"
        yield Evidence(0.0, because, kind="inconclusive")
    elif served.format and (ends_questions or not served.anywhere):
        yield _ends(f"behind a complete answer in {served.format} it writes nothing more", both=ends_questions)
    elif served.format or ends_questions:
        yield Evidence(
            0.0, "its completions route ends texts in whatever format, which tells nothing for sure", kind="inconclusive"
        )
    elif served.completions == "answers":
        why = {"no template": "it has no chat template", "none": "it has no chat route"}.get(served.chat, "its chat route refuses")
        yield Evidence(-3.0, f"{why}, and it ends complete answers in none of the known chat formats", kind="completes")


def _ends(said: str, *, both: bool) -> Evidence:
    if both:
        return Evidence(4.0, f"{said}, and it ends a bare question too", kind="ends-questions")
    confound = "a base model with conversations in its pretraining does the same"
    return Evidence(2.5, f"{said}; {confound}", kind="ends-turns")
