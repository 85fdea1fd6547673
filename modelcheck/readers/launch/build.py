"""Builds a ``ModelUse`` from the text that names its model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelcheck.documents.located import Located, located
from modelcheck.documents.yamlfile import Node
from modelcheck.facts.model_use import ModelUse, Purpose
from modelcheck.readers.launch.references import HUB_HOST, read_reference
from modelcheck.readers.launch.variables import resolve, why_open


def make_use(
    model: Located,
    format_: str,
    engine: str,
    purpose: Purpose = "unknown",
    because: tuple[str, ...] = (),
    variables: Mapping[str, Located] | None = None,
    **fields: Any,
) -> ModelUse:
    """The use of a model, its variables resolved. ``fields`` are further fields of ``ModelUse``."""
    resolved = resolve(model, variables or {})
    reference = read_reference(resolved.text)
    target = None if purpose == "output" else reference.target
    if reference.open:
        fields.setdefault("unresolved", why_open(reference.model))
    fields["revision"] = fields.get("revision") or reference.revision
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
        used_at=resolved.used_at,
        **fields,
    )


def served_use(name: Located, format_: str, engine: str, purpose: Purpose, because: tuple[str, ...]) -> ModelUse:
    """The use of a model by its served name, which is not an id: it is judged by name, never fetched."""
    plain = name.text.rpartition("/")[2].partition(":")[0]
    return ModelUse(
        model=name.text, written=name.text, target=None, name_only=plain, at=name.at, format=format_, engine=engine,
        purpose=purpose, because=because, used_at=name.used_at,
    )  # fmt: skip


def ollama_use(tag: Located, format_: str, purpose: Purpose, because: tuple[str, ...], **fields: Any) -> ModelUse:
    """The use of a name in Ollama's library; of a Hub id or a path where the name says so."""
    text = tag.text
    if HUB_HOST.match(text) or text.startswith(("/", ".", "~")) or text.endswith((".gguf", ".safetensors")):
        return make_use(tag, format_, "ollama", purpose, because, **fields)
    open_ = read_reference(text).open
    target = None if open_ else f"ollama://{text}"
    if open_:
        fields.setdefault("unresolved", why_open(text))
    return ModelUse(
        model=text,
        written=text,
        target=target,
        at=tag.at,
        format=format_,
        engine="ollama",
        purpose=purpose,
        because=because,
        used_at=tag.used_at,
        **fields,
    )


def scalar_at(node: Node | None, *keys: str) -> Located | None:
    """The scalar under ``keys`` with its place; None if it is missing or empty."""
    found = node.get(*keys) if node is not None else None
    return located(found) if found is not None and found.text else None


def text_at(node: Node | None, *keys: str) -> str | None:
    """The scalar's text under ``keys``; None if it is missing or empty."""
    value = scalar_at(node, *keys)
    return value.text if value else None
