"""Whether a served model ends its answers."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Evidence, Served, signal

_NAMED = 3
"""As many formats are named."""


@signal(group="behaviour")
def served_answers(served: Served) -> Iterator[Evidence]:
    """Whether a deployed model ends its answers, with the server's chat template and stops.

    A server is weaker evidence of the model than its weights. An answer that is only long was not ended either, so it counts
    against the model only if it repeats itself. The weights of the evidence are those of ``turn_ending``, with the same
    confound: a base model that saw conversations in pretraining ends turns too. A model that ends bare questions and not a cut
    sentence is an instruct model, also if it ends only some of its answers. If no known chat format could be tried, a model without
    a chat route may have a format that is none of these, so nothing follows.
    """
    count = len(served.answers)
    ends_questions = served.asked > 0 and served.questions * 2 > served.asked
    if served.chat == "answers" and served.ended * 3 >= count * 2:
        yield _ends(f"the chat API ended {served.ended} of {count} answers by itself", both=ends_questions)
    elif served.chat == "answers" and served.ended * 6 <= count and served.loops * 2 >= count and not served.reasoning:
        because = f"the chat API ended {served.ended} of {count} answers, and {served.loops} repeat themselves up to the limit"
        yield Evidence(-3.5, because, kind="runs-on")
    elif served.chat == "answers" and served.ended * 3 >= count and ends_questions and served.continues:
        yield _ends(f"the chat API ended {served.ended} of {count} answers by itself", both=True)
    elif served.chat == "answers":
        because = f"the chat API ended {served.ended} of {count} answers by itself, which is inconclusive"
        yield Evidence(0.0, because, kind="inconclusive")
    elif served.format and (ends_questions or not served.anywhere):
        yield _ends(f"after a complete answer in {served.format} it stops", both=ends_questions)
    elif served.format or ends_questions:
        yield Evidence(0.0, "the completions API ends texts in any format, which is inconclusive", kind="inconclusive")
    elif served.completions == "answers" and not served.formats:
        because = "its vocabulary has the tokens of no known chat format, so none was tried, which is inconclusive"
        yield Evidence(0.0, because, kind="inconclusive")
    elif served.completions == "answers":
        why = {"no template": "it has no chat template", "none": "it has no chat API"}.get(served.chat, "the chat API fails")
        few = len(served.formats) <= _NAMED
        formats = " or ".join(served.formats) if few else "any known chat format"
        yield Evidence(-3.0, f"{why}, and it does not stop after complete answers in {formats}", kind="completes")


def _ends(observation: str, *, both: bool) -> Evidence:
    if both:
        return Evidence(4.0, f"{observation}, and it stops after a bare question too", kind="ends-questions")
    confound = "a base model with conversations in its pretraining does the same"
    return Evidence(2.5, f"{observation}; {confound}", kind="ends-turns")
