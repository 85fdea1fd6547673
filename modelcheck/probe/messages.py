"""The messages between modelcheck and the process that runs the model. Imported only when a model is run."""

from __future__ import annotations

from dataclasses import asdict, field
from typing import Any

from modelcheck.probe import Device
from modelcheck.records import mutable, record

_SLACK, _ROOM = 1.15, 300 * 10**6


def memory_for(weights: int) -> int:
    """The bytes that loading and running a model need, by the bytes of its weights: those and a short batch."""
    return int(weights * _SLACK) + _ROOM


@record()
class Place:
    """The place of a model's files: a local folder; ``gguf`` is the file in it to load.

    ``repo`` and ``revision`` name a repository on the Hub instead, from which ``files`` are fetched: into the Hub's cache, or into
    ``folder`` if there is one.
    """

    folder: str | None
    gguf: str | None = None
    repo: str | None = None
    revision: str | None = None
    files: tuple[str, ...] = ()


@record()
class Pair:
    """A question and its answer in one format, as text with special tokens.

    ``before`` is everything up to the answer, ``gap`` the text between the answer and the turn's end.
    """

    question: str
    before: str
    answer: str
    gap: str = ""


@record()
class Format:
    """A chat format. Each of ``tokens`` must be one token of the vocabulary, or the format does not match the model.

    ``turn_end`` is None if the tokenizer's end-of-text token ends turns. ``openings`` are questions followed by the generation
    prompt, for the model to answer. ``text`` is the template: its tokens are not unused ones. ``prompts`` are
    ``formats.PROMPTS`` with the generation prompt; empty if the template does not render all of them.
    """

    name: str
    own: bool
    tokens: tuple[str, ...]
    turn_end: str | None
    pairs: tuple[Pair, ...]
    openings: tuple[str, ...]
    text: str
    prompts: tuple[str, ...] = ()


@record()
class Request:
    """What to load and what to measure. ``need`` is the bytes of the weights in memory, ``stops`` the ids that end a text.

    ``length`` is the maximum number of tokens of each text. ``only_room`` only checks whether the model fits into memory.
    ``next_of`` are texts of which only the likeliest next tokens are wanted, and ``samples`` of what follows.
    """

    place: Place
    adapter: Place | None
    formats: tuple[Format, ...]
    openings: tuple[str, ...]
    stops: tuple[int, ...]
    need: int
    length: int
    device: Device = "auto"
    max_bytes: int | None = None
    remote_code: bool = False
    only_room: bool = False
    next_of: tuple[str, ...] = ()
    samples: int = 0

    @property
    def memory(self) -> int:
        """The bytes that loading and running need: the weights and a short batch."""
        return memory_for(self.need)

    def json(self) -> dict[str, Any]:
        """The request as JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Request:
        """A request from JSON."""
        formats = tuple(map(_format, data["formats"]))
        adapter = Place(**data["adapter"]) if data["adapter"] else None
        openings, stops, next_of = tuple(data["openings"]), tuple(data["stops"]), tuple(data["next_of"])
        return cls(**{
            **data, "place": Place(**data["place"]), "adapter": adapter, "formats": formats, "openings": openings, "stops": stops,
            "next_of": next_of,
        })  # fmt: skip


def _format(data: dict[str, Any]) -> Format:
    texts = {name: tuple(data[name]) for name in ("tokens", "openings", "prompts")}
    return Format(**{**data, **texts, "pairs": tuple(Pair(**pair) for pair in data["pairs"])})


@record()
class Scores:
    """Natural logarithms of probabilities, one per pair, in one format.

    ``complete``: of the turn's end after the whole answer. ``cut``: of the same after the answer without its last word.
    ``control``: of the likeliest unused token after the whole answer; empty without unused tokens.
    ``question_end``: of any end token after the plain question. ``plain_end``: of the turn's end after both as plain text.
    ``answer`` and ``plain_answer``: of the answer itself, the mean of its tokens, in the format and in plain text.
    ``entropy``: of the first token of the answer, in nats; ``echo``: whether the likeliest one repeats the question.
    ``first`` and ``plain_first``: entropy of the first token after each open question, in the format and after plain text.
    ``refused`` and ``refused_harmless``: of an answer that begins with a refusal, for each harmful and each harmless request.
    """

    format: str
    own: bool
    turn_end: str
    controls: tuple[str, ...]
    complete: tuple[float, ...]
    cut: tuple[float, ...]
    control: tuple[float, ...]
    question_end: tuple[float, ...]
    plain_end: tuple[float, ...]
    answer: tuple[float, ...]
    plain_answer: tuple[float, ...]
    entropy: tuple[float, ...]
    echo: tuple[bool, ...]
    first: tuple[float, ...] = ()
    plain_first: tuple[float, ...] = ()
    refused: tuple[float, ...] = ()
    refused_harmless: tuple[float, ...] = ()


@record()
class Written:
    """The continuation of a prompt: ``text`` without the token that it stopped on, which is ``stop``; None at the limit."""

    prompt: str
    text: str
    tokens: int
    stop: str | None


@record()
class Run:
    """How the model was run. ``seconds`` is by stage: ``load``, ``score``, ``write``."""

    device: str
    dtype: str
    parameters: int
    seconds: dict[str, float]


@mutable
class Answer:
    """The results. ``problem`` is why they are incomplete, ``details`` the end of the error output of the process.

    ``unfit`` says why formats were skipped. ``in_format`` holds the continuation of each opening of the format. ``next`` is
    what ``next_tokens.next_tokens`` returns for ``next_of``.
    """

    scores: Scores | None = None
    plain: tuple[Written, ...] = ()
    in_format: tuple[Written, ...] = ()
    run: Run | None = None
    unfit: tuple[str, ...] = ()
    problem: str | None = None
    details: str = field(default="", repr=False)
    next: dict[str, Any] = field(default_factory=dict)
