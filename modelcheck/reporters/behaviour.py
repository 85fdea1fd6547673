"""The results of running a model or testing a server: scores, and what it wrote, as text and in a chat format, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from click import style as paint

from modelcheck.facts.behaviour import Behaviour, mean
from modelcheck.facts.served import Served
from modelcheck.probe.formats import OPENINGS
from modelcheck.probe.messages import Written
from modelcheck.report import CheckpointReport, Style

_BETWEEN = 3
_MOST_LINES = 6


class BehaviourWriter:
    """Writes the results in lines of at most ``style.width`` characters."""

    def __init__(self, style: Style) -> None:
        self.style = style

    def lines(self, checkpoint: CheckpointReport) -> Iterator[str]:
        """The results of running the model or of testing the server."""
        if checkpoint.served:
            yield from self._served(checkpoint.served)
        elif checkpoint.behaviour:
            yield from self._run(checkpoint.behaviour)

    def _run(self, behaviour: Behaviour) -> Iterator[str]:
        """How the model was run, its scores, its texts."""
        run = behaviour.run
        times = ", ".join(f"{seconds:.1f} s to {stage}" for stage, seconds in run.seconds.items())
        yield from self._wrap(f"run on {run.device} in {run.dtype}, {_size(run.parameters)} parameters: {times}")
        if behaviour.scores:
            yield from self._wrap(self._scores(behaviour))
        if behaviour.passed_over:
            yield from self._wrap(f"its own chat template was not used: {behaviour.passed_over}")
        if behaviour.why:
            yield from self._wrap(f"{behaviour.outcome}: {behaviour.why}")
        if behaviour.unfinished and behaviour.unfinished != behaviour.why:
            yield from self._wrap(f"it did not write everything: {behaviour.unfinished}")
        name = behaviour.scores.format if behaviour.scores else None
        yield from self._columns("as text", behaviour.plain, f"in {name}" if name else "", behaviour.in_format)

    def _served(self, served: Served) -> Iterator[str]:
        """What each route of the server does, and the texts."""
        chat = {
            "answers": f"the chat route ended {served.ended} of {len(served.answers)} answers by itself",
            "no template": "the chat route has no chat template",
            "refuses": f"the chat route refuses: {served.refusal}",
            "none": "there is no chat route",
        }[served.chat]
        loops = f", and {served.loops} repeat themselves" if served.loops else ""
        asked = f"; after {served.questions} of {served.asked} plain questions it writes nothing" if served.asked else ""
        found = f"; it ends complete answers in the format {served.format}" if served.format else ""
        stalled = f"; the chat route stopped: {served.refusal}" if served.chat == "answers" and served.refusal else ""
        stalled += f"; the completions route: {served.texts_refusal}" if served.completions == "no answer" else ""
        yield from self._wrap(f"tested with {served.requests} requests: {chat}{loops}{asked}{found}{stalled}")
        yield from self._columns(
            "completions", served.texts, "chat", tuple(one for one in served.answers if one.prompt in OPENINGS)
        )

    @staticmethod
    def _scores(behaviour: Behaviour) -> str:
        scores = behaviour.scores
        if scores is None:
            return ""
        unused = f"; of unused tokens {mean(scores.control):+.1f}, a margin of {behaviour.margin:+.1f}" if scores.control else ""
        return (
            f"mean log P({scores.turn_end}): {mean(scores.complete):+.1f} after {len(scores.complete)} complete answers, "
            f"{mean(scores.cut):+.1f} after cut ones{unused}; "
            f"of any end token after a plain question {mean(scores.question_end):+.1f}{_first(behaviour)}"
        )

    def _columns(self, left: str, first: tuple[Written, ...], right: str, second: tuple[Written, ...]) -> Iterator[str]:
        """Both texts for each prompt, side by side."""
        width = (self.style.width - 4 - _BETWEEN) // 2
        if first or second:
            yield f"  {left[:width]:<{width}}{' ' * _BETWEEN}{right[:width]}".rstrip()
        for prompt in OPENINGS:
            one = next((one for one in first if one.prompt == prompt), None)
            other = next((other for other in second if prompt in other.prompt), None)
            if one or other:
                yield from self._wrap(f"“{prompt}”", dim=False)
            for cells in zip_longest(self._cell(one, width), self._cell(other, width), fillvalue=""):
                yield f"  {cells[0]:<{width}}{' ' * _BETWEEN}{cells[1]}".rstrip()

    def _cell(self, written: Written | None, width: int) -> list[str]:
        import textwrap  # takes 2 ms, which a hook need not spend

        if written is None:
            return []
        lines = textwrap.wrap(written.text.strip(), width - 2, max_lines=_MOST_LINES, placeholder=" …", break_on_hyphens=False)
        end = f"[ended by {written.stop}, {written.tokens} tokens]" if written.stop else f"[cut at {written.tokens} tokens]"
        return [f"  {line}" for line in [*lines, *textwrap.wrap(end, width - 2)]]

    def _wrap(self, text: str, *, dim: bool = True) -> Iterator[str]:
        import textwrap

        lines = textwrap.wrap(
            text, self.style.width, initial_indent="  ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
        )
        for line in lines:
            yield paint(line, dim=True) if dim and self.style.color else line


def _first(behaviour: Behaviour) -> str:
    scores = behaviour.scores
    if scores is None or not scores.first:
        return ""
    entropy = f"{mean(scores.first):.1f} nats in the format, {mean(scores.plain_first):.1f} after plain text"
    return f"; entropy of an answer's first token {entropy}; refuses {behaviour.refused} of {len(scores.refused)} harmful requests"


def _size(parameters: int) -> str:
    """A number of parameters in the usual form: 135M, 8.0B."""
    for bound, unit in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if parameters >= bound:
            size = parameters / bound
            return f"{size:.1f}{unit}" if size < 10 else f"{size:.0f}{unit}"
    return str(parameters)


def probe_json(checkpoint: CheckpointReport) -> dict[str, Any] | None:
    """The results as JSON; None if the run may not run models."""
    if checkpoint.served:
        return _served_json(checkpoint.served)
    if checkpoint.behaviour:
        return _behaviour_json(checkpoint.behaviour)
    return None if checkpoint.unprobed is None else {"outcome": None, "why": checkpoint.unprobed}


def _behaviour_json(behaviour: Behaviour) -> dict[str, Any]:
    scores = behaviour.scores
    numbers = ("complete", "cut", "control", "question_end", "plain_end", "answer", "plain_answer", "entropy", "first",
               "plain_first", "refused", "refused_harmless")  # fmt: skip
    return {
        "outcome": behaviour.outcome,
        "why": behaviour.why,
        "passed_over": behaviour.passed_over,
        "unfinished": behaviour.unfinished,
        "margin": None if behaviour.margin is None else round(behaviour.margin, 3),
        "format": scores.format if scores else None,
        "own_template": scores.own if scores else None,
        "turn_end": scores.turn_end if scores else None,
        "controls": list(scores.controls) if scores else [],
        "scores": {name: [round(value, 3) for value in getattr(scores, name)] for name in numbers} if scores else None,
        "written": [_written(one, in_format=False) for one in behaviour.plain]
        + [_written(one, in_format=True) for one in behaviour.in_format],
        "device": behaviour.run.device,
        "dtype": behaviour.run.dtype,
        "parameters": behaviour.run.parameters,
        "seconds": {stage: round(seconds, 3) for stage, seconds in behaviour.run.seconds.items()},
    }


def _served_json(served: Served) -> dict[str, Any]:
    return {
        "chat": served.chat,
        "completions": served.completions,
        "refusal": served.refusal or None,
        "completions_refusal": served.texts_refusal or None,
        "requests": served.requests,
        "answers": len(served.answers),
        "ended": served.ended,
        "loops": served.loops,
        "reasoning": served.reasoning,
        "questions": served.asked,
        "questions_ended": served.questions,
        "format": served.format,
        "anywhere": served.anywhere,
        "formats": list(served.formats),
        "first_logprob": served.first_logprob,
        "written": [_written(one, in_format=False) for one in served.texts]
        + [_written(one, in_format=True) for one in served.answers],
    }


def _written(written: Written, *, in_format: bool) -> dict[str, Any]:
    return {
        "in_format": in_format,
        "prompt": written.prompt,
        "text": written.text,
        "tokens": written.tokens,
        "stop": written.stop,
    }
