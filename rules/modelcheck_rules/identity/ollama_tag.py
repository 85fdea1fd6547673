"""What a tag in Ollama's library means."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CheckpointName, Evidence, signal, stage_word


@signal(group="name")
def ollama_tag(name: CheckpointName) -> Iterator[Evidence]:
    """In Ollama's library a plain tag is the instruct model; ``text`` or ``base`` in a tag marks the base model.

    Source: the library's own pages, and ollama/ollama#2141.
    """
    if name.tag is None:
        return
    stage = stage_word(f"2b-{name.tag}")  # "it" is a stage marker only after a size, which a tag may lack
    if "text" in name.tag.split("-") or (stage and stage.kind == "base"):
        yield Evidence(-4.4, f"the tag {name.tag!r} marks the base model in Ollama's library", kind="base")
    elif stage and stage.explicit:
        yield Evidence(4.1, f"the tag {name.tag!r} contains an instruct marker", kind="instruct")
    elif name.owner is None:
        yield Evidence(3.2, "a plain tag is the instruct model in Ollama's library", kind="plain")
