"""The files that a library loads the model from (weights, config, tokenizer), and the memory that they need."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from modelcheck.declarations import fact
from modelcheck.errors import Absent
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.gguf_metadata import GgufMetadata
from modelcheck.facts.model_config import ModelConfig
from modelcheck.facts.weights_index import WeightsIndex
from modelcheck.records import record
from modelcheck.sources import GgufSummarized, OnDisk, Source, Withholding

if TYPE_CHECKING:
    from modelcheck.probe.messages import Place

_METADATA = (".json", ".jinja", ".model", ".txt", ".py", ".tiktoken")
_ADAPTERS = ("adapter_model.safetensors", "adapter_model.bin")
_WHOLE = ("model.safetensors", "pytorch_model.bin")
_HALF = 2
"""Bytes of a parameter in bfloat16, to which a GGUF file's blocks are converted."""


@record()
class ModelFiles:
    """``place`` is where to load from, ``weights`` are the files with weights, ``need`` is the memory that they need, in bytes."""

    place: Place
    weights: tuple[str, ...]
    need: int
    adapter: bool


@fact(cost="files")
def model_files(
    source: Source, listing: FileListing, config: ModelConfig | None, index: WeightsIndex | None, gguf: GgufMetadata | None
) -> ModelFiles:
    """From the listing: one set of weights, safetensors before pickle before GGUF. Raises Absent, Broken."""
    if isinstance(source, Withholding) and source.withheld:
        raise Absent(source.withheld)
    adapter = next((path for path in _ADAPTERS if path in listing), None)
    if adapter:
        return ModelFiles(_place(source, listing, (adapter,)), (adapter,), listing.sizes[adapter] or 0, adapter=True)
    if "adapter_config.json" in listing:  # libraries would load the model that it names
        raise Absent("it has an adapter's config but not its weights")
    weights = _weights(listing, index)
    if weights and config is None:
        raise Absent("its weights cannot be loaded without config.json")
    if weights:
        need = sum(listing.sizes[path] or 0 for path in weights)
        return ModelFiles(_place(source, listing, weights), weights, need, adapter=False)
    if gguf is None:
        what = "weights" if listing.complete else "weights in the Hub's cache"
        raise Absent(f"it has no {what} that transformers can load")
    need = _parameters(source, listing, gguf) * _HALF
    return ModelFiles(_place(source, listing, (gguf.path,), gguf.path), (gguf.path,), need, adapter=False)


def _parameters(source: Source, listing: FileListing, gguf: GgufMetadata) -> int:
    """The number of parameters of a GGUF file: by its header, by the Hub's summary, else by its size at four bits each."""
    if gguf.header is not None:
        return gguf.header.parameters()
    summary = source.gguf_summary if isinstance(source, GgufSummarized) else None
    total = summary.get("total") if summary else None
    return total if isinstance(total, int) and total > 0 else 2 * (listing.sizes[gguf.path] or 0)


def _weights(listing: FileListing, index: WeightsIndex | None) -> tuple[str, ...]:
    whole = [path for path in _WHOLE if path in listing]
    if index is None or whole[:1] == ["model.safetensors"]:
        return tuple(whole[:1])
    shards = sorted(set(index.shards.values()))
    missing = next((shard for shard in shards if shard not in listing), None)
    if missing:
        raise Absent(f"{missing}, a part of its weights, is missing")
    return tuple(shards)


def _place(source: Source, listing: FileListing, weights: tuple[str, ...], gguf: str | None = None) -> Place:
    from modelcheck.probe.messages import Place

    metadata = tuple(path for path in listing.sizes if "/" not in path and path.endswith(_METADATA))
    if isinstance(source, OnDisk):
        for path in (*weights, *metadata):
            source.local(path)  # raises Broken for a link that leads out of the folder
        if gguf is None:
            return Place(str(source.root.absolute()))
        file = source.place(gguf)
        return Place(str(file.parent.absolute()), file.name)
    if source.kind == "hub" and source.revision:
        return Place(None, gguf, source.name, source.revision, (*weights, *metadata))
    raise Absent("its weights are not available")


def local_base(folder: Path) -> Place:
    """Return the folder that --base names for an adapter. Raises Absent."""
    from modelcheck.probe.messages import Place

    if not (folder / "config.json").is_file():
        raise Absent(f"{folder} does not contain a model (--base)")
    return Place(str(folder.absolute()))
