"""``tokenizer.json``: the size of the vocabulary, the tokens added to a text, and the template's words that are tokens."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from modelcheck.declarations import fact
from modelcheck.documents.jsonfile import members
from modelcheck.documents.text import decode
from modelcheck.errors import Absent
from modelcheck.facts.chat_template import LIKE_A_TOKEN, ChatTemplate
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.post_processor import added_around
from modelcheck.facts.reading import MAX_TOKENIZER
from modelcheck.facts.tokenizer_config import TokenizerConfig
from modelcheck.findings import Span
from modelcheck.records import record
from modelcheck.sources import Source

_PATH = "tokenizer.json"
_LAST_ID = re.compile(r":\s*(\d{1,9})\s*\}")
_MOST = 300
"""Maximum number of control words to look up; templates have a few dozen."""
_POINTER = b"version https://git-lfs"


@record()
class TokenizerFile:
    """``added`` is id → text and ``special`` the ids of control tokens among them; ``twice`` the ids that have two texts.

    ``highest`` is the highest id of all, None if the end of the vocabulary has an unusual form. ``before`` are the tokens
    that it adds before a text, ``behind`` those that it adds after it; ``words`` the control words of the chat template and the
    special tokens that are single tokens.
    """

    added: Mapping[int, str]
    special: frozenset[int]
    twice: Mapping[int, tuple[str, ...]]
    highest: int | None
    before: tuple[str, ...]
    behind: tuple[str, ...]
    words: frozenset[str]

    def at(self) -> Span:
        """The file; its lines are too long to show."""
        return Span(_PATH)


@fact(cost="weights", local="files")
def tokenizer_file(
    source: Source, listing: FileListing, template: ChatTemplate | None, tokenizer: TokenizerConfig | None
) -> TokenizerFile:
    """From the head of the file, all but the vocabulary, and from the end of the vocabulary; the rest is not decoded."""
    if _PATH not in listing:
        raise Absent(f"no {_PATH}")
    content = source.read(_PATH, MAX_TOKENIZER)
    if content.startswith(_POINTER):
        raise Absent(f"{_PATH} is a git-lfs pointer")
    text = decode(_PATH, content)
    head = members(_PATH, text, ("added_tokens", "post_processor"), before="model")
    texts: dict[int, list[str]] = {}
    special = set()
    for token in _tokens(head.get("added_tokens")):
        texts.setdefault(token["id"], []).append(token["content"])
        if token.get("special"):
            special.add(token["id"])
    highest = _highest(text)
    before, behind = added_around(head.get("post_processor"))
    return TokenizerFile(
        {id_: found[-1] for id_, found in texts.items()},
        frozenset(special),
        {id_: tuple(found) for id_, found in texts.items() if len(set(found)) > 1},
        None if highest is None else max([highest, *texts]),
        before,
        behind,
        frozenset(
            _whole(
                _words(template) | set(tokenizer.special_tokens.values() if tokenizer else ()),
                text,
                [one for found in texts.values() for one in found],
            )
        ),
    )


def _tokens(value: Any) -> list[dict[str, Any]]:
    return [
        token
        for token in (value if isinstance(value, list) else ())
        if isinstance(token, dict) and type(token.get("id")) is int and isinstance(token.get("content"), str)
    ]


def _highest(text: str) -> int | None:
    """The id of the vocabulary's last entry: tokenizers writes the entries by id, then the merges."""
    end = text.rfind('"merges"')
    last = None
    for found in _LAST_ID.finditer(text, max(0, (end if end >= 0 else len(text)) - 400), end if end >= 0 else len(text)):
        last = int(found[1])
    return last


def _words(template: ChatTemplate | None) -> set[str]:
    if template is None:
        return set()
    return {word for place in template.places for word in LIKE_A_TOKEN.findall(place.text)} | set(
        LIKE_A_TOKEN.findall(template.rendered or "")
    )


def _whole(words: Iterable[str], text: str, added: list[str]) -> Iterable[str]:
    known = set(added)
    for word in sorted(words)[:_MOST]:
        if word in known or any(
            f"{json.dumps(word, ensure_ascii=ascii_)}:" in text or f'["{word}",' in text for ascii_ in (False, True)
        ):
            yield word
