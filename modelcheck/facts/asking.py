"""The requests that show how a served model answers: a few dozen short ones, with greedy decoding, until the time limit."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from modelcheck.errors import TargetError
from modelcheck.records import record, replace
from modelcheck.sources import Answering

if TYPE_CHECKING:
    from modelcheck.probe.formats import Family
    from modelcheck.probe.messages import Written
    from modelcheck.sources.endpoint_client import Reply

Route = Literal["answers", "no template", "refuses", "none", "no answer"]
CHAT_TOKENS, TEXT_TOKENS, END_TOKENS = 96, 48, 4
"""The most tokens of an answer, of a text, and of what follows a complete text."""
_SHORT = 24
"""The most tokens of an answer or a text where a server, such as one with a short context, refuses more."""
_AROUND = 2
"""Tokens that a server adds around a text. A marker that is no token takes four or more."""
_NO_ROUTE = (404, 405, 501)
_REFUSALS = (400, 413, 422, 500, 502)
MANY, FEW = 2 / 3, 1 / 6
"""A model ends its answers if it ends so many of them, and does not if it ends no more than the few."""


@record()
class ChatRoute:
    """How the chat route behaves; ``refusal`` is the error message if it does not answer, or stopped before its last answer."""

    route: Route
    refusal: str = ""
    answers: tuple[Written, ...] = ()
    reasoning: bool = False
    first_logprob: float | None = None


@record()
class TextRoute:
    """How the completions route behaves: ``questions`` of ``asked`` are those after which the model ends at once.

    ``formats`` are the published formats whose tokens its vocabulary has, as far as the server tells, and that were tried.
    """

    route: Route
    refusal: str = ""
    texts: tuple[Written, ...] = ()
    questions: int = 0
    asked: int = 0
    format: str | None = None
    anywhere: bool = False
    formats: tuple[str, ...] = ()


class Asking:
    """The requests to one server. ``requests`` is their number so far."""

    def __init__(self, source: Answering, seconds: float) -> None:
        self.requests = 0
        self._source = source
        self._deadline = time.monotonic() + seconds
        self._accepted: dict[str, Mapping[str, Any]] = {}

    def chat(self) -> ChatRoute:
        """Ask the chat route six questions, and six more if it ends some of the answers only. Raises TargetError."""
        from modelcheck.probe.formats import MORE_QUESTIONS, OPENINGS, PAIRS

        found = self._chat((*(question for question, _ in PAIRS), OPENINGS[-1]))
        ended = sum(answer.stop is not None for answer in found.answers)
        if found.route == "answers" and not found.reasoning and FEW * 6 < ended < MANY * 6:
            try:
                more = self._chat(MORE_QUESTIONS, found)
            except TargetError as error:  # what was answered stands
                return replace(found, refusal=str(error))
            return more if more.route == "answers" else replace(found, refusal=more.refusal)
        return found

    def texts(self, *, in_formats: bool) -> TextRoute:
        """Ask the completions route: texts, bare questions, and complete answers in published formats. Raises TargetError.

        Six more questions are asked if the model ends some of the first ones only.
        """
        from modelcheck.probe.formats import FAMILIES, MORE_QUESTIONS, OPENINGS, PAIRS, scrambled

        texts: list[Written] = []
        for prompt in OPENINGS:
            reply = self._post("/completions", {"max_tokens": TEXT_TOKENS}, {"max_tokens": _SHORT}, prompt=prompt)
            text = reply.choice.get("text")
            if reply.status >= 400 or not isinstance(text, str):
                return TextRoute(*_refused(reply, self._source), tuple(texts))
            texts.append(_written(prompt, text, reply))
        ended = [self._ends(question) for question, _ in PAIRS]
        if 0 < sum(ended) * 2 <= len(ended):
            ended += map(self._ends, MORE_QUESTIONS)
        known = self._in_vocabulary(FAMILIES) if in_formats else ()
        fitting = next(filter(self._fits, known), None)
        anywhere = fitting is not None and self._fits(scrambled(fitting))
        names = tuple(family.name for family in known)
        return TextRoute("answers", "", tuple(texts), sum(ended), len(ended), fitting.name if fitting else None, anywhere, names)

    def _chat(self, prompts: Sequence[str], before: ChatRoute | None = None) -> ChatRoute:
        """The answers to questions, with those ``before``."""
        answers = list(before.answers) if before else []
        reasoning, logprobs = False, []
        for prompt in prompts:
            reply = self._post(
                "/chat/completions",
                {"max_tokens": CHAT_TOKENS, "logprobs": True},
                {"max_tokens": CHAT_TOKENS},  # some servers reject logprobs
                {"max_tokens": _SHORT},
                messages=[{"role": "user", "content": prompt}],
            )
            message = reply.choice.get("message")
            if reply.status >= 400 or not isinstance(message, dict):
                return ChatRoute(*_refused(reply, self._source), tuple(answers), reasoning)
            text = message.get("content")
            reasoning = reasoning or bool(message.get("reasoning_content") or message.get("reasoning")) or "<think>" in str(text)
            logprobs.append(_first_logprob(reply))
            answers.append(_written(prompt, text if isinstance(text, str) else "", reply))
        known = [value for value in logprobs if value is not None]
        first = before.first_logprob if before else sum(known) / len(known) if known else None
        return ChatRoute("answers", "", tuple(answers), reasoning, first)

    def _post(self, path: str, *settings: Mapping[str, Any], **body: Any) -> Reply:
        """Send a request with the first of some settings that the server accepts: those it accepted before, else each in turn.

        Raises TargetError if the server does not answer, and if it answers for another model than the one asked for.
        """
        tried = (self._accepted[path],) if path in self._accepted else settings
        for number, setting in enumerate(tried, 1):
            reply = self._send(path, {**setting, **body})
            if reply.status not in _REFUSALS or number == len(tried):
                break
        if reply.status < 400:
            self._accepted[path] = setting
            self._source.confirm(reply.data.get("model"))
        return reply

    def _send(self, path: str, body: Mapping[str, Any]) -> Reply:
        """Send one request. An incomplete or invalid response counts as a refusal; no response or a timeout ends the questions."""
        from modelcheck.sources.endpoint_client import Reply

        self.requests += 1
        try:
            whole = {"model": self._source.model, "temperature": 0, **body}
            return self._source.endpoint.post(path, whole, self._deadline - time.monotonic())
        except TargetError as error:
            if error.kind != "unreadable":
                raise
            return Reply(502, {}, str(error))

    def _ends(self, text: str) -> bool:
        """Whether the model ends at once after a text. Raises TargetError for a refusal, which is no answer to that."""
        reply = self._send("/completions", {"prompt": text, "max_tokens": END_TOKENS})
        if reply.status >= 400:
            raise TargetError(
                "unreadable", f"{self._source.endpoint.url}/completions stopped answering ({reply.status} {reply.message})"
            )
        wrote = reply.choice.get("text")
        return isinstance(wrote, str) and not wrote.strip() and reply.choice.get("finish_reason") not in (None, "length")

    def _in_vocabulary(self, families: Sequence[Family]) -> tuple[Family, ...]:
        """The formats whose tokens are each one token of the model; all of them if the server does not count tokens.

        A model copies markers that its vocabulary lacks as text, and a similar format that it knows then passes for another one.
        """
        known = []
        for family in families:
            reply = self._send("/completions", {"prompt": "".join(family.tokens), "max_tokens": 1})
            usage = reply.data.get("usage")
            count = usage.get("prompt_tokens") if isinstance(usage, dict) else None
            if reply.status >= 400 or not isinstance(count, int) or count < len(family.tokens):
                return tuple(families)
            if count <= len(family.tokens) + _AROUND:
                known.append(family)
        return tuple(known)

    def _fits(self, family: Family) -> bool:
        """Whether the model, in a format, ends at once after complete answers and not after cut ones."""
        pairs = replace(family, begin="").format().pairs  # the server adds the first token itself
        if not self._ends(pairs[0].before + pairs[0].answer):
            return False
        whole = 1 + sum(self._ends(pair.before + pair.answer) for pair in pairs[1:])
        return whole * 2 >= len(pairs) and not any(self._ends(pair.before + pair.answer.rpartition(" ")[0]) for pair in pairs)


def _first_logprob(reply: Reply) -> float | None:
    """The log probability of an answer's first token, if the server returns it."""
    logprobs = reply.choice.get("logprobs")
    content = logprobs.get("content") if isinstance(logprobs, dict) else None
    first = content[0] if isinstance(content, list) and content else None
    value = first.get("logprob") if isinstance(first, dict) else None
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _refused(reply: Reply, source: Answering) -> tuple[Route, str]:
    """How a route refuses, and its message. Raises TargetError if the server does not know the model."""
    if reply.status < 400:
        return "refuses", "its response has no answer in OpenAI's form"
    said = f"{reply.status} {reply.message}".strip()
    if reply.status in _NO_ROUTE and "model" not in reply.message.lower():
        return "none", said
    lowered = reply.message.lower()
    if "template" in lowered and "chat" in lowered:
        return "no template", said
    if reply.status in _NO_ROUTE or "does not exist" in lowered:
        from modelcheck.sources.endpoint import shown_of

        listed = f" serves {shown_of(source.listed)}, and" if source.listed else ""
        raise TargetError("not-found", f"{source.endpoint.url}{listed} knows no model {source.model}: {said}")
    return "refuses", said


def _written(prompt: str, text: str, reply: Reply) -> Written:
    from modelcheck.probe.messages import Written

    usage = reply.data.get("usage")
    count = usage.get("completion_tokens") if isinstance(usage, dict) else None
    reason = reply.choice.get("finish_reason")
    return Written(prompt, text, count if isinstance(count, int) else 0, None if reason in ("length", None) else str(reason))
