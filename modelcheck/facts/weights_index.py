"""The index of sharded weights: the file of each tensor."""

from __future__ import annotations

from collections.abc import Mapping

from modelcheck.declarations import fact
from modelcheck.documents.jsonfile import JsonFile
from modelcheck.errors import Absent, Broken
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.reading import field, read_json
from modelcheck.findings import Span
from modelcheck.records import record
from modelcheck.sources import Source

_NAMES = ("model.safetensors.index.json", "pytorch_model.bin.index.json")


@record()
class WeightsIndex:
    """``shards`` is tensor name → file name."""

    file: JsonFile
    shards: Mapping[str, str]

    def at(self, tensor: str) -> Span:
        """The place of a tensor's entry."""
        return self.file.at("weight_map", tensor)


@fact(cost="files", reads=("model.safetensors.index.json",))
def weights_index(source: Source, listing: FileListing) -> WeightsIndex:
    """From the first index file that exists."""
    for name in _NAMES:
        if name not in listing:
            continue
        file = read_json(source, name)
        shards = field(file, dict, "an object", "weight_map")
        if shards is None or not all(isinstance(shard, str) for shard in shards.values()):
            raise Broken(file.at("weight_map"), "has no weight_map of tensor names to file names")
        return WeightsIndex(file, shards)
    raise Absent("the weights are not sharded", ordinary=True)
