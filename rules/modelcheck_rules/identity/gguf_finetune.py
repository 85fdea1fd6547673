"""What a GGUF file calls itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelcheck.api import Evidence, GgufMetadata, signal

_INSTRUCT = re.compile(r"\b(instruct|inst|chat|it|sft|dpo|rlhf|thinking|reasoning|assistant)\b")
_BASE = re.compile(r"\b(base|pt|pretrain(ed)?)\b")


@signal(group="name")
def gguf_finetune(gguf: GgufMetadata) -> Iterator[Evidence]:
    """The stage that ``general.finetune`` or ``general.name`` gives: what the converter read off the original's name.

    It is the name's evidence once more, so it stands in the name's group. A missing value says nothing: the converter finds
    none in every name without a suffix, and in some with one.
    """
    for key in ("finetune", "name", "basename"):
        text = (gguf.text(key) or "").lower().replace("_", "-")
        said = _INSTRUCT.search(text) or _BASE.search(text)
        if said:
            weight = 4.0 if _INSTRUCT.search(text) else -4.4
            yield Evidence(weight, f"the GGUF file's general.{key} says {said.group()!r}", gguf.at())
            return
