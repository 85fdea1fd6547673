"""The parents of a checkpoint, as its files name them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from modelcheck.declarations import fact
from modelcheck.documents.yamlfile import Node, parse_yaml
from modelcheck.errors import Absent
from modelcheck.facts.checkpoint_name import CheckpointName
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.gguf_metadata import GgufMetadata
from modelcheck.facts.model_card import ModelCard
from modelcheck.facts.model_config import ModelConfig
from modelcheck.facts.reading import field, read_json
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.records import record, replace
from modelcheck.sources import Source
from modelcheck.sources.target import REPO_ID

Relation = Literal["adapter", "finetune", "merge", "quantized", "unknown"]
_RELATIONS: tuple[Relation, ...] = ("adapter", "finetune", "merge", "quantized")
_MERGES = ("mergekit_config.yml", "mergekit_config.yaml")
_MERGE_TAGS = ("merge", "mergekit", "slerp", "frankenmerge")
_MAX_MERGE = 256 * 1024
_CACHED = lazy(r"models--(?P<owner>[^/\\]+?)--(?P<name>[^/\\]+)", words=("models--",))


@record()
class Origin:
    """One parent. ``written`` is the text in the file; ``id`` its Hub id, None for a path.

    ``name`` is the Hub id, or the last part of a path: people keep the name of what they downloaded.
    """

    written: str
    id: str | None
    revision: str | None
    at: Span
    name: str


@record()
class Lineage:
    """``origins`` are the parents, the base of an adapter first; ``relation`` is how the checkpoint was made from them."""

    origins: tuple[Origin, ...]
    relation: Relation


@fact(cost="files", reads=("adapter_config.json", "mergekit_config.yml"))
def lineage(
    source: Source,
    listing: FileListing,
    name: CheckpointName,
    config: ModelConfig | None,
    card: ModelCard | None,
    gguf: GgufMetadata | None,
) -> Lineage:
    """From ``adapter_config.json``, mergekit's record, ``base_model`` in the card, GGUF's ``general.base_model``.

    If none of these names one, from ``_name_or_path`` in ``config.json``: the path that the weights were loaded from before they
    were saved. A model trained from scratch has its own name there, which does not count.
    """
    stated = [*_of_adapter(source, listing), *_of_merge(source, listing), *_of_card(card), *_of_gguf(gguf)]
    origins = stated or list(_of_config(config, name))
    unique = {one.name.lower(): one for one in reversed(origins)}
    unique.pop(name.whole.lower(), None)
    if not unique:
        raise Absent("no parent model is named", ordinary=True)
    return Lineage(tuple(reversed(unique.values())), _relation(listing, config, card, gguf, len(unique)))


def _relation(
    listing: FileListing, config: ModelConfig | None, card: ModelCard | None, gguf: GgufMetadata | None, parents: int
) -> Relation:
    if "adapter_config.json" in listing:
        return "adapter"
    said = card.data.get("base_model_relation") if card else None
    known = next((relation for relation in _RELATIONS if relation == said), None)
    if known:
        return known
    tags = {tag.lower() for tag in card.texts("tags")} if card else set()
    if any(path in listing for path in _MERGES) or tags & set(_MERGE_TAGS) or parents > 1:
        return "merge"
    quantized = gguf is not None or (config is not None and isinstance(config.data.get("quantization_config"), dict))
    return "quantized" if quantized else "unknown"


def _of_adapter(source: Source, listing: FileListing) -> Iterator[Origin]:
    if "adapter_config.json" in listing:
        file = read_json(source, "adapter_config.json")
        name = field(file, str, "a string", "base_model_name_or_path")
        if name:
            yield _origin(name, file.at("base_model_name_or_path"), field(file, str, "a string", "revision"))


def _of_merge(source: Source, listing: FileListing) -> Iterator[Origin]:
    """The models in mergekit's configuration, at any depth."""
    path = next((path for path in _MERGES if path in listing), None)
    waiting: list[Node] = list(parse_yaml(path, source.read(path, _MAX_MERGE)).documents) if path else []
    seen: set[Node] = set()
    while waiting:
        node = waiting.pop()
        if node in seen:  # an alias: the same node in many places
            continue
        seen.add(node)
        for key in ("model", "base_model"):
            model = node.get(key, "model", "path") or node.get(key, "path") or node.get(key)
            if model is not None and model.text:
                yield _origin(model.text, model.span)
        waiting += [*(child for _, child in node.items()), *node]


def _of_card(card: ModelCard | None) -> Iterator[Origin]:
    for text in card.texts("base_model") if card else ():
        yield _origin(text, card.at("base_model") if card else Span("README.md"))


def _of_gguf(gguf: GgufMetadata | None) -> Iterator[Origin]:
    if gguf is None:
        return
    url, name = gguf.text("base_model.0.repo_url") or "", gguf.text("base_model.0.name")
    if "huggingface.co/" in url:
        yield _origin(url.rpartition("huggingface.co/")[2], gguf.at())
    elif name:
        yield _origin(name, gguf.at())


def _of_config(config: ModelConfig | None, name: CheckpointName) -> Iterator[Origin]:
    """``_name_or_path``: a path, which is never opened. The checkpoint's own name is skipped."""
    path = config.data.get("_name_or_path") if config else None
    if config and isinstance(path, str) and path.strip("./ "):
        origin = _origin(path, config.at("_name_or_path"))
        if not name.name.lower().endswith(origin.name.rpartition("/")[2].lower()):
            yield replace(origin, id=None)


def _origin(text: str, at: Span, revision: str | None = None) -> Origin:
    cached = _CACHED.search(text)
    known = f"{cached['owner']}/{cached['name']}" if cached else text
    id_ = known if REPO_ID.fullmatch(known) and "/" in known else None
    return Origin(text, id_, revision, at, id_ or re.split(r"[/\\]", known.rstrip("/\\"))[-1])
