"""``adapter_config.json``: peft's configuration of an adapter."""

from __future__ import annotations

from typing import Any

from modelcheck.declarations import fact
from modelcheck.documents.jsonfile import JsonFile
from modelcheck.errors import Absent
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.reading import read_json
from modelcheck.findings import Span
from modelcheck.records import record
from modelcheck.sources import Source


@record()
class AdapterConfig:
    """``file`` is the parsed file."""

    file: JsonFile

    @property
    def data(self) -> dict[str, Any]:
        """The file's content."""
        return self.file.data  # type: ignore[no-any-return]

    def at(self, *keys: str | int) -> Span:
        """The place of a value."""
        return self.file.at(*keys)


@fact(cost="files", reads=("adapter_config.json",))
def adapter_config(source: Source, listing: FileListing) -> AdapterConfig:
    """From the file."""
    if "adapter_config.json" not in listing:
        raise Absent("not an adapter", ordinary=True)
    return AdapterConfig(read_json(source, "adapter_config.json"))
