"""What each start reads: the same conversations, each rendered in the start's format, in a file for its process."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from modelcheck.compare.chat_format import ASSISTANT, ChatFormat, Said, format_of, said, transcript
from modelcheck.compare.conversation import Conversation, Message
from modelcheck.compare.instructions import INSTRUCTIONS, RAW
from modelcheck.compare.jobs import Rows
from modelcheck.compare.splitting import Split, split
from modelcheck.compare.starts import Start
from modelcheck.errors import Misuse
from modelcheck.facts.chat_template import variables
from modelcheck.records import record
from modelcheck.sandbox.client import render
from modelcheck.writing import replacing

_SHOTS = 3


@record()
class Prepared:
    """A start with its format, and the file of its rows with its digest.

    ``train`` is the number of answers to learn from; ``held`` are those held back, each with the number of its conversation.
    ``ends`` are the texts that end an answer.
    """

    start: Start
    format: ChatFormat
    rows: Path
    digest: str
    train: int
    held: tuple[tuple[int, str], ...]
    ends: tuple[str, ...]


@record()
class Preparation:
    """All starts; the conversations that none of them refuses; and why others were left out."""

    starts: tuple[Prepared, ...]
    split: Split
    refused: Counter[str]


def prepare(
    starts: Sequence[Start], conversations: Sequence[Conversation], share: float, work: Path, raw: Sequence[str] = RAW
) -> Preparation:
    """Render everything, hold ``share`` back, and write it.

    A conversation that the template of one start refuses is left out for all. Raises Misuse if too few are left.
    """
    formats = [format_of(start, [other for other in starts if other is not start]) for start in starts]
    rendered = [said(conversations, chosen) for chosen in formats]
    bad: dict[int, str] = {}
    for start, chosen, every in zip(starts, formats, rendered, strict=True):
        whose = chosen.name.removeprefix("the chat template of ") if chosen.new else start.name
        for index, one in every:
            if isinstance(one, str):
                bad.setdefault(index, f"{one} ({whose})")
    refused = Counter(bad.values())
    kept = [one for index, one in enumerate(conversations) if index not in bad]
    try:
        parts = split(kept, share)
    except Misuse as error:
        reasons = "; ".join(f"{count} × {why}" for why, count in refused.most_common(3))
        raise Misuse(f"{error}{f'; left out were {reasons}' if reasons else ''}") from None
    made = []
    for start, chosen, every in zip(starts, formats, rendered, strict=True):
        of: dict[str, list[Said]] = {}  # by digest: no conversation is there twice, and files may have one name
        for index, one in every:
            if isinstance(one, Said):
                of.setdefault(conversations[index].digest, []).append(one)
        sides = [
            [(number, one) for number, conversation in enumerate(part) for one in of[conversation.digest]]
            for part in (parts.train, parts.held)
        ]
        made.append(_written(start, chosen, sides[0], sides[1], parts.train, raw, work))
    return Preparation(tuple(made), parts, refused)


def _written(
    start: Start, chosen: ChatFormat, train: list[tuple[int, Said]], held: list[tuple[int, Said]], learned: Sequence[Conversation],
    raw: Sequence[str], work: Path,
) -> Prepared:  # fmt: skip
    shots = [transcript(one.messages).rstrip() for one in learned[:_SHOTS]]
    asked = _asked([one.asked for one in INSTRUCTIONS], chosen)
    rows = Rows([_row(*one) for one in train], [_row(*one) for one in held], shots, list(raw), asked)
    content = json.dumps(asdict(rows)).encode()
    digest = hashlib.sha256(content).hexdigest()[:16]
    path = work / f"rows-{digest}.json"
    if not path.is_file():
        with replacing(path) as file:
            file.write(content)
    ends = tuple(dict.fromkeys(text for text in (chosen.end, start.turn_end, start.special.get("eos_token")) if text))
    return Prepared(start, chosen, path, digest, len(train), tuple((index, one.answer) for index, one in held), ends)


def _row(index: int, one: Said) -> list[object]:
    return [index, one.before, one.answer, one.end, one.plain]


def _asked(questions: Sequence[str], chosen: ChatFormat) -> list[str]:
    """The instructions in a format; empty if its template refuses one."""
    if chosen.template is None:
        return [f"{transcript([Message('user', one)])}{ASSISTANT}" for one in questions]
    made = render(
        chosen.template, [variables(chosen.special, [{"role": "user", "content": one}], prompt=True) for one in questions]
    )
    texts = [one for one in made if isinstance(one, str)]
    return texts if len(texts) == len(questions) else []
