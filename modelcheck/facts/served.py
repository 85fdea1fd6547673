"""How a served model answers: whether it ends its answers on the chat route, and which texts it ends on the completions route."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from modelcheck.errors import Absent, TargetError
from modelcheck.facts.model_use import ModelUse, Purpose
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.probe import ProbeOptions
from modelcheck.records import record
from modelcheck.registry import fact
from modelcheck.sources import Answering, Source

if TYPE_CHECKING:
    from modelcheck.probe.formats import Family
    from modelcheck.probe.messages import Written
    from modelcheck.sources.endpoint_client import Reply

Route = Literal["answers", "no template", "refuses", "none"]
CHAT_TOKENS, TEXT_TOKENS, END_TOKENS = 96, 48, 4
"""The most tokens of an answer, of a text, and of what follows a complete text."""
_NO_ROUTE = (404, 405, 501)
_WORDS, _OFTEN = 4, 3
_NEXT_TURN = lazy(r"(?i)(^|[\n.?!])[ \t]*(user|human|assistant|question)[ \t]*(\n|:)|(user|assistant)\n")
"""A turn that begins after the answer; the server leaves out its special tokens."""


@record()
class Served:
    """``chat`` and ``completions`` say how each route behaves, ``refusal`` is the error message if the chat route does not answer.

    ``answers`` are those of the chat route, one per question; ``texts`` what the completions route wrote after each opening.
    ``loops`` is the number of answers cut at the limit while they repeat themselves or go on to the next turn. ``questions`` is the
    number of bare questions, of ``asked``, after which the model ended at once. ``format`` is the chat format, if any, in which it
    ends at once after complete answers and not after cut ones; ``anywhere`` is set if it does so with misspelt markers too.
    ``first_logprob`` is the mean log probability (nats) of the answers' first tokens, if the server returns logprobs.
    """

    chat: Route
    completions: Route
    refusal: str
    answers: tuple[Written, ...]
    loops: int
    reasoning: bool
    texts: tuple[Written, ...]
    questions: int
    asked: int
    format: str | None
    anywhere: bool
    first_logprob: float | None

    def use(self, model: str, url: str) -> ModelUse:
        """Return the server's use of its model, for rules about uses: chat if that route answers, else completion."""
        chats = self.chat == "answers"
        because = "its chat route answers" if chats else "only its completions route answers"
        purpose: Purpose = "chat" if chats else "completion"
        return ModelUse(model, model, None, Span(url), "endpoint", "openai", purpose=purpose, because=(because,))

    @property
    def ended(self) -> int:
        """The number of answers that the model ended itself."""
        return sum(answer.stop is not None for answer in self.answers)


@fact(cost="generate")
def served(source: Source, options: ProbeOptions) -> Served:
    """Ask each route a dozen short questions, with greedy decoding. Raises Absent for a source that is not a server."""
    if not isinstance(source, Answering):
        raise Absent("it is not a server", ordinary=True)
    return _Asking(source, options.seconds).served()


class _Asking:
    """The requests to one server, until the time limit."""

    def __init__(self, source: Answering, seconds: float) -> None:
        self._source = source
        self._deadline = time.monotonic() + seconds
        self._logprobs: list[float] = []

    def served(self) -> Served:
        chat, refusal, answers, reasoning = self._chat()
        try:
            completions, texts, questions, asked, found, anywhere = self._plain(in_formats=chat != "answers")
        except TargetError:
            if chat != "answers":
                raise
            completions, texts, questions, asked, found, anywhere = (
                "none",
                (),
                0,
                0,
                None,
                False,
            )  # the chat route's answers are kept
        if chat != "answers" != completions:
            raise Absent(f"{self._source.endpoint.url} answers neither by a chat nor by a completions route ({refusal})")
        loops = sum(answer.stop is None and runs_on(answer.prompt, answer.text) for answer in answers)
        first = sum(self._logprobs) / len(self._logprobs) if self._logprobs else None
        return Served(chat, completions, refusal, answers, loops, reasoning, texts, questions, asked, found, anywhere, first)

    def _plain(self, *, in_formats: bool) -> tuple[Route, tuple[Written, ...], int, int, str | None, bool]:
        """The completions route: texts, the number of bare questions that it ends, of how many, and the format of ended answers."""
        from modelcheck.probe.formats import FAMILIES, PAIRS, scrambled

        route, texts = self._texts()
        if route != "answers":
            return route, texts, 0, 0, None, False
        questions = sum(self._ends(question) for question, _ in PAIRS)
        fitting = next(filter(self._fits, FAMILIES), None) if in_formats else None
        anywhere = fitting is not None and self._fits(scrambled(fitting))
        return route, texts, questions, len(PAIRS), fitting.name if fitting else None, anywhere

    def _post(self, path: str, **body: Any) -> Reply:
        """Send one request. An incomplete or invalid response counts as a refusal; no response or a timeout ends the questions."""
        from modelcheck.sources.endpoint_client import Reply

        left = self._deadline - time.monotonic()
        try:
            return self._source.endpoint.post(path, {"model": self._source.model, "temperature": 0, **body}, left)
        except TargetError as error:
            if error.kind != "unreadable":
                raise
            return Reply(502, {}, str(error))

    def _chat(self) -> tuple[Route, str, tuple[Written, ...], bool]:
        from modelcheck.probe.formats import OPENINGS, PAIRS

        answers: list[Written] = []
        reasoning = False
        extra: dict[str, Any] = {"logprobs": True}
        for prompt in (*(question for question, _ in PAIRS), OPENINGS[-1]):
            messages = [{"role": "user", "content": prompt}]
            reply = self._post("/chat/completions", messages=messages, max_tokens=CHAT_TOKENS, **extra)
            if reply.status in (400, 422, 500) and extra:  # some servers reject logprobs
                extra = {}
                reply = self._post("/chat/completions", messages=messages, max_tokens=CHAT_TOKENS)
            message = reply.choice.get("message")
            if reply.status >= 400 or not isinstance(message, dict):
                return (*_refused(reply), tuple(answers), reasoning)
            text = message.get("content")
            reasoning = reasoning or bool(message.get("reasoning_content") or message.get("reasoning")) or "<think>" in str(text)
            self._note_logprob(reply)
            answers.append(_written(prompt, text if isinstance(text, str) else "", reply))
        return "answers", "", tuple(answers), reasoning

    def _note_logprob(self, reply: Reply) -> None:
        """Keep the log probability of an answer's first token, if the server returns it."""
        logprobs = reply.choice.get("logprobs")
        content = logprobs.get("content") if isinstance(logprobs, dict) else None
        first = content[0] if isinstance(content, list) and content else None
        value = first.get("logprob") if isinstance(first, dict) else None
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            self._logprobs.append(float(value))

    def _texts(self) -> tuple[Route, tuple[Written, ...]]:
        from modelcheck.probe.formats import OPENINGS

        texts: list[Written] = []
        for prompt in OPENINGS:
            reply = self._post("/completions", prompt=prompt, max_tokens=TEXT_TOKENS)
            text = reply.choice.get("text")
            if reply.status >= 400 or not isinstance(text, str):
                return _refused(reply)[0], tuple(texts)
            texts.append(_written(prompt, text, reply))
        return "answers", tuple(texts)

    def _ends(self, text: str) -> bool:
        """Whether the model ends at once after a text."""
        reply = self._post("/completions", prompt=text, max_tokens=END_TOKENS)
        wrote = reply.choice.get("text")
        return isinstance(wrote, str) and not wrote.strip() and reply.choice.get("finish_reason") not in (None, "length")

    def _fits(self, family: Family) -> bool:
        """Whether the model, in a format, ends at once after complete answers and not after cut ones."""
        pairs = replace(family, begin="").format().pairs  # the server adds the first token itself
        if not self._ends(pairs[0].before + pairs[0].answer):
            return False
        whole = 1 + sum(self._ends(pair.before + pair.answer) for pair in pairs[1:])
        return whole * 2 >= len(pairs) and not any(self._ends(pair.before + pair.answer.rpartition(" ")[0]) for pair in pairs)


def _refused(reply: Reply) -> tuple[Route, str]:
    said = f"{reply.status} {reply.message}".strip()
    if reply.status in _NO_ROUTE and "model" not in reply.message.lower():
        return "none", said
    lowered = reply.message.lower()
    if "template" in lowered and "chat" in lowered:
        return "no template", said
    if reply.status in _NO_ROUTE or "does not exist" in lowered:
        raise TargetError("not-found", f"the server knows no such model: {said}")
    return "refuses", said


def _written(prompt: str, text: str, reply: Reply) -> Written:
    from modelcheck.probe.messages import Written

    usage = reply.data.get("usage")
    count = usage.get("completion_tokens") if isinstance(usage, dict) else None
    reason = reply.choice.get("finish_reason")
    return Written(prompt, text, count if isinstance(count, int) else 0, None if reason in ("length", None) else str(reason))


def runs_on(prompt: str, text: str) -> bool:
    """Return whether a cut text repeats itself or goes on to the next turns, and is not merely a long answer."""
    words = text.lower().split()
    runs = Counter(tuple(words[index : index + _WORDS]) for index in range(len(words) - _WORDS + 1))
    return (
        max(runs.values(), default=0) >= _OFTEN
        or text.lower().count(prompt.lower()) > 1
        or bool(_NEXT_TURN.search(text))
        or not words
    )
