"""What is said between the process that asks and the one that runs the model. Imported only where a model is run."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from modelcheck.probe import Device

_SLACK, _ROOM = 1.15, 300 * 10**6


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where a model's files lie: a folder of this machine; ``gguf`` is the one file of it to take.

    ``repo`` and ``revision`` name one of the Hub instead, of which ``files`` are fetched.
    """

    folder: str | None
    gguf: str | None = None
    repo: str | None = None
    revision: str | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A question and its answer in one format, as text with special tokens.

    ``before`` is everything up to the answer, ``gap`` what stands between the answer and the turn's end.
    """

    question: str
    before: str
    answer: str
    gap: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Format:
    """A way to write a conversation. ``tokens`` must each be one token of the vocabulary, or the format is none of the model's.

    ``turn_end`` is None where the tokenizer's own end-of-text token ends turns. ``openings`` are questions with the generation
    prompt behind, for the model to answer. ``text`` is the template, so that its tokens are not taken for unused ones.
    """

    name: str
    own: bool
    tokens: tuple[str, ...]
    turn_end: str | None
    pairs: tuple[Pair, ...]
    openings: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """What to load and what to ask. ``need`` is the bytes that the weights take in memory, ``stops`` the ids that end a text.

    ``length`` is the most tokens of each text that is written. ``only_room`` asks whether there is room for it, and no more.
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

    @property
    def memory(self) -> int:
        """The bytes that loading and running take: the weights, and what a short batch takes beside them."""
        return int(self.need * _SLACK) + _ROOM

    def json(self) -> dict[str, Any]:
        """As it is sent."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Request:
        """As it was sent."""
        formats = tuple(
            Format(**{**one, "tokens": tuple(one["tokens"]), "openings": tuple(one["openings"]), "pairs": _pairs(one["pairs"])})
            for one in data["formats"]
        )
        adapter = Place(**data["adapter"]) if data["adapter"] else None
        openings, stops = tuple(data["openings"]), tuple(data["stops"])
        return cls(**{
            **data, "place": Place(**data["place"]), "adapter": adapter, "formats": formats, "openings": openings, "stops": stops,
        })  # fmt: skip


def _pairs(data: list[dict[str, Any]]) -> tuple[Pair, ...]:
    return tuple(Pair(**pair) for pair in data)


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Natural logarithms of probabilities, one a pair, in one format.

    ``complete``: of the turn's end behind the whole answer. ``cut``: of the same behind the answer without its last word.
    ``control``: of the likeliest of the tokens that nobody uses, behind the whole answer; empty where there are none.
    ``question_end``: of any end behind the bare question. ``plain_end``: of the turn's end behind both as plain text.
    ``answer`` and ``plain_answer``: the answer's own, the mean of its tokens, in the format and in plain text.
    ``entropy``: of the first token of the answer, in nats; ``echo``: whether the likeliest one repeats the question.
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


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """What the model wrote behind a prompt: ``text`` without the token that it stopped on, which is ``stop``; None at the limit."""

    prompt: str
    text: str
    tokens: int
    stop: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """How the model was run. ``seconds`` is by stage: ``load``, ``score``, ``write``."""

    device: str
    dtype: str
    parameters: int
    seconds: dict[str, float]


@dataclass(slots=True, eq=False)
class Answer:
    """What came back. ``problem`` is why there is no more, ``details`` the end of what its process wrote to its error output.

    ``unfit`` tells why formats were passed over. ``in_format`` has what was written behind each of the format's openings.
    """

    scores: Scores | None = None
    plain: tuple[Written, ...] = ()
    in_format: tuple[Written, ...] = ()
    run: Run | None = None
    unfit: tuple[str, ...] = ()
    problem: str | None = None
    details: str = field(default="", repr=False)
