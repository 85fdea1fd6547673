"""What the checkpoint was made from, as its own files say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from modelcheck.documents.jsonfile import JsonFile
from modelcheck.errors import Absent
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.gguf_metadata import GgufMetadata
from modelcheck.facts.model_card import ModelCard
from modelcheck.facts.reading import field, read_json
from modelcheck.findings import Span
from modelcheck.registry import fact
from modelcheck.sources import Source
from modelcheck.sources.target import REPO_ID

Relation = Literal["adapter", "finetune", "merge", "quantized", "unknown"]
_RELATIONS: tuple[Relation, ...] = ("adapter", "finetune", "merge", "quantized")


@dataclass(frozen=True, slots=True)
class Origin:
    """One parent as it is written. ``id`` is None where that is no Hub id, but a path of somebody's machine, say."""

    written: str
    id: str | None
    revision: str | None
    at: Span


@dataclass(frozen=True, slots=True)
class Lineage:
    """``origins`` are the parents, the adapter's own first; ``relation`` is what the checkpoint is to them."""

    origins: tuple[Origin, ...]
    relation: Relation


@fact(cost="files")
def lineage(source: Source, listing: FileListing, card: ModelCard | None, gguf: GgufMetadata | None) -> Lineage:
    """From ``adapter_config.json``, from ``base_model`` in the card, and from a GGUF file's ``general.base_model``."""
    origins: list[Origin] = []
    relation: Relation = "unknown"
    if "adapter_config.json" in listing:
        relation = "adapter"
        origins += _of_adapter(read_json(source, "adapter_config.json"))
    if card:
        origins += [_origin(text, card.at("base_model")) for text in card.texts("base_model")]
        said = card.data.get("base_model_relation")
        if relation == "unknown":
            relation = next((known for known in _RELATIONS if known == said), "merge" if len(origins) > 1 else "unknown")
    if gguf:
        url = gguf.text("base_model.0.repo_url") or ""
        origins += [_origin(url.rpartition("huggingface.co/")[2], gguf.at())] if "huggingface.co/" in url else []
        relation = "quantized" if relation == "unknown" and origins else relation
    unique = {origin.id or origin.written: origin for origin in reversed(origins)}
    if not unique:
        raise Absent("it names nothing that it was made from", ordinary=True)
    return Lineage(tuple(reversed(unique.values())), relation)


def _of_adapter(file: JsonFile) -> list[Origin]:
    name = field(file, str, "a string", "base_model_name_or_path")
    revision = field(file, str, "a string", "revision")
    return [_origin(name, file.at("base_model_name_or_path"), revision)] if name else []


def _origin(text: str, at: Span, revision: str | None = None) -> Origin:
    return Origin(text, text if REPO_ID.fullmatch(text) and "/" in text else None, revision, at)
