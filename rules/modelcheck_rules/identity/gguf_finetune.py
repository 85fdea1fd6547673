"""What a GGUF file calls itself."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Evidence, GgufMetadata, signal, stage_word

_WEIGHTS = {"instruct": 4.0, "base": -4.4, "base-then-instruct": 3.2, "reasoning": 3.5, "compound": 3.5, "recipe": 3.5}


@signal(group="name")
def gguf_finetune(gguf: GgufMetadata) -> Iterator[Evidence]:
    """The stage that ``general.finetune`` or ``general.name`` gives: what the converter read off the original's name.

    It is the name's evidence once more, so it stands in the name's group. A missing value says nothing: the converter finds
    none in every name without a suffix, and in some with one.
    """
    for key in ("finetune", "name", "basename"):
        text = gguf.text(key) or ""
        # The bare suffix stands without the size that makes "it" and "pt" Google's marks.
        stage = stage_word(f"gemma-2b-{text}" if key == "finetune" else text)
        if stage and stage.kind in _WEIGHTS:
            yield Evidence(_WEIGHTS[stage.kind], f"the GGUF file's general.{key} says {stage.word!r}", gguf.at(), kind=stage.kind)
            return
