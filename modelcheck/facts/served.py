"""How a served model answers: whether it ends its answers on the chat route, and which texts it ends on the completions route."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from modelcheck.declarations import fact
from modelcheck.errors import Absent, TargetError
from modelcheck.facts.asking import Asking, Route, TextRoute
from modelcheck.facts.model_use import ModelUse, Purpose
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.probe import ProbeOptions
from modelcheck.records import record
from modelcheck.sources import Answering, Source

if TYPE_CHECKING:
    from modelcheck.probe.messages import Written

_WORDS, _OFTEN = 4, 3
_NEXT_TURN = lazy(r"(?i)(^|[\n.?!])[ \t]*(user|human|assistant|question)[ \t]*(\n|:)|(user|assistant)\n")
"""A turn that begins after the answer; the server leaves out its special tokens."""


@record()
class Served:
    """``chat`` and ``completions`` say how each route behaves, ``refusal`` and ``texts_refusal`` are their error messages.

    ``requests`` is the number of requests.

    ``answers`` are those of the chat route, one per question; ``texts`` what the completions route wrote after each opening.
    ``loops`` is the number of answers cut at the limit while they repeat themselves or go on to the next turn. ``questions`` is the
    number of bare questions, of ``asked``, after which the model ended at once. ``formats`` are the chat formats that were tried on
    the completions route, ``format`` is the one, if any, in which it ends at once after complete answers and not after cut ones;
    ``anywhere`` is set if it does so with misspelt markers too.
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
    formats: tuple[str, ...]
    first_logprob: float | None
    texts_refusal: str
    requests: int

    def use(self, source: Answering) -> ModelUse:
        """Return the server's use of its model, for rules about uses: chat if that route answers, else completion.

        The name that clients ask for is compared; if that states nothing, the one that the server says it loaded.
        """
        from modelcheck.facts.checkpoint_name import stage_of_id
        from modelcheck.facts.stage_words import stage_word
        from modelcheck.sources.endpoint import called

        asked_for = called(source.model)
        name = asked_for if ("/" in asked_for and stage_of_id(asked_for)) or stage_word(asked_for) else source.name
        chats = self.chat == "answers"
        because = "its chat route answers" if chats else "only its completions route answers"
        purpose: Purpose = "chat" if chats else "completion"
        model, at = source.model, Span(source.endpoint.url)
        return ModelUse(model, model, None, at, "endpoint", "openai", purpose=purpose, because=(because,), served_name=name)

    @property
    def continues(self) -> bool:
        """Whether the model went on after a cut sentence, the first of the texts."""
        return bool(self.texts and self.texts[0].text.strip())

    @property
    def ended(self) -> int:
        """The number of answers that the model ended itself."""
        return sum(answer.stop is not None for answer in self.answers)


@fact(cost="generate")
def served(source: Source, options: ProbeOptions) -> Served:
    """Ask each route a dozen short questions, with greedy decoding. Raises Absent for a source that is not a server."""
    if not isinstance(source, Answering):
        raise Absent("it is not a server", ordinary=True)
    asking = Asking(source, options.seconds)
    chat = asking.chat()
    answers = chat.answers
    try:
        text = asking.texts(in_formats=chat.route != "answers")
    except TargetError as error:
        if chat.route != "answers":
            raise
        text = TextRoute("no answer", str(error))  # the chat route's answers are kept
    if chat.route != "answers" != text.route:
        why = f"neither by a chat route ({chat.refusal}) nor by a completions route ({text.refusal})"
        if source.listed and source.model not in source.listed:
            from modelcheck.sources.endpoint import shown_of

            listed = shown_of(source.listed)
            raise TargetError("not-found", f"{source.endpoint.url} serves {listed}, and answers for {source.model} {why}")
        raise Absent(f"{source.endpoint.url} answers {why}")
    loops = sum(answer.stop is None and runs_on(answer.prompt, answer.text) for answer in answers)
    return Served(
        chat.route, text.route, chat.refusal, answers, loops, chat.reasoning, text.texts, text.questions, text.asked, text.format,
        text.anywhere, text.formats, chat.first_logprob, text.refusal, asking.requests,
    )  # fmt: skip


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
