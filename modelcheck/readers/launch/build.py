"""A use, made from the word that names its model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelcheck.documents.located import Located
from modelcheck.documents.yamlfile import Node
from modelcheck.facts.model_use import ModelUse, Purpose
from modelcheck.readers.launch.references import HUB_HOST, read_reference
from modelcheck.readers.launch.variables import resolve


def make_use(
    model: Located,
    format_: str,
    engine: str,
    purpose: Purpose = "unknown",
    because: tuple[str, ...] = (),
    variables: Mapping[str, Located] | None = None,
    **told: Any,
) -> ModelUse:
    """The use of the model that a word names, its variables resolved. ``told`` holds what else the file says, by field."""
    resolved = resolve(model, variables or {})
    reference = read_reference(resolved.text)
    target = None if purpose == "output" else reference.target
    told["revision"] = told.get("revision") or reference.revision
    return ModelUse(
        model=reference.model,
        written=model.text,
        target=target,
        name_only=reference.name_only,
        at=resolved.at,
        format=format_,
        engine=engine,
        quant=reference.quant,
        purpose=purpose,
        because=because,
        **told,
    )


def served_use(name: Located, format_: str, engine: str, purpose: Purpose, because: tuple[str, ...]) -> ModelUse:
    """The use of a model by what its server calls it, which is a name and no id: it is judged by it, and nobody opens it."""
    plain = name.text.rpartition("/")[2].partition(":")[0]
    return ModelUse(
        model=name.text, written=name.text, target=None, name_only=plain, at=name.at, format=format_, engine=engine,
        purpose=purpose, because=because,
    )  # fmt: skip


def ollama_use(tag: Located, format_: str, purpose: Purpose, because: tuple[str, ...], **told: Any) -> ModelUse:
    """The use of a name of Ollama's library, or of the Hub or a path where it says so. A plain tag is not of the Hub."""
    text = tag.text
    if HUB_HOST.match(text) or text.startswith(("/", ".", "~")) or text.endswith((".gguf", ".safetensors")):
        return make_use(tag, format_, "ollama", purpose, because, **told)
    target = None if text.startswith(("<", "{", "$")) else f"ollama://{text}"
    return ModelUse(
        model=text,
        written=text,
        target=target,
        at=tag.at,
        format=format_,
        engine="ollama",
        purpose=purpose,
        because=because,
        **told,
    )


def word_at(node: Node | None, *keys: str) -> Located | None:
    """The scalar under ``keys`` as a word; None where there is none, or it is empty."""
    found = node.get(*keys) if node is not None else None
    return Located(found.text, found.span, found) if found is not None and found.text else None


def text_at(node: Node | None, *keys: str) -> str | None:
    """The scalar's text under ``keys``; None where there is none, or it is empty."""
    word = word_at(node, *keys)
    return word.text if word else None
