"""What a tag of Ollama's library means."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelcheck.api import CheckpointName, Evidence, signal

_BASE = re.compile(r"\b(text|base)\b")
_INSTRUCT = re.compile(r"\b(instruct|chat|it)\b")


@signal(group="name")
def ollama_tag(name: CheckpointName) -> Iterator[Evidence]:
    """In Ollama's library a plain tag is the instruct build; ``text`` and ``base`` in a tag mark the base model.

    Source: the library's own pages, and ollama/ollama#2141.
    """
    if name.tag is None:
        return
    if _BASE.search(name.tag):
        yield Evidence(-4.4, f"the tag {name.tag!r} marks the base model in Ollama's library")
    elif _INSTRUCT.search(name.tag):
        yield Evidence(4.1, f"the tag {name.tag!r} says instruct")
    elif name.owner is None:
        yield Evidence(2.0, "a plain tag is the instruct build in Ollama's library")
