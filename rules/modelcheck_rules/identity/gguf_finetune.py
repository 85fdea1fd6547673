"""The model name in a GGUF header."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Evidence, GgufMetadata, signal, stage_word

_WEIGHTS = {"instruct": 4.0, "base": -4.4, "base-then-instruct": 3.2, "reasoning": 3.5, "compound": 3.5, "recipe": 3.5}


@signal(group="name")
def gguf_finetune(gguf: GgufMetadata) -> Iterator[Evidence]:
    """The stage in ``general.finetune``, ``general.name`` or ``general.basename``, taken from the original's name by the converter.

    This repeats the evidence of the name, so it is in the same group. A missing value is not evidence: the converter finds no
    stage in names without a suffix, and in some names with one.
    """
    for key in ("finetune", "name", "basename"):
        text = gguf.text(key) or ""
        # "it" and "pt" are stage markers only after a size, which the bare suffix lacks.
        stage = stage_word(f"gemma-2b-{text}" if key == "finetune" else text)
        if stage and stage.kind in _WEIGHTS:
            because = f"general.{key} in the GGUF header contains {stage.word!r}"
            yield Evidence(_WEIGHTS[stage.kind], because, gguf.at(), kind=stage.kind)
            return
