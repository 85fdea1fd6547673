"""The metadata of a GGUF file: names, templates, token ids; and tokens, on request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from modelcheck.declarations import fact
from modelcheck.errors import Absent
from modelcheck.facts.file_listing import FileListing
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.records import record
from modelcheck.sources import GgufSummarized, Source

if TYPE_CHECKING:
    from modelcheck.documents.gguf import GgufHeader

_CONTROL = 3
_NOT_FIRST = lazy(r"-0*([2-9]|[1-9]\d+)-of-\d+\.gguf$")
_TOKENS = "tokenizer.ggml.tokens"


@record()
class GgufMetadata:
    """``metadata`` is key → value, without the long lists. ``header`` is None if only the Hub's summary is known.

    ``templates`` is name → text, ``default`` first. ``token_ids`` is name → id (``eos``, ``eot``, ``bos`` …).
    """

    path: str
    metadata: Mapping[str, Any]
    templates: Mapping[str, str]
    token_ids: Mapping[str, int]
    header: GgufHeader | None = None

    def text(self, key: str) -> str | None:
        """Return a text under ``general.``; None if it is missing or not a text."""
        value = self.metadata.get(f"general.{key}")
        return value if isinstance(value, str) and value else None

    def at(self) -> Span:
        """Return the place: the whole file, which has no lines."""
        return Span(self.path)

    def tokens(self) -> dict[int, str]:
        """Return the control tokens and those named by an id, by id. Reads the vocabulary once: tens of milliseconds."""
        from modelcheck.documents.gguf import GgufArray

        vocabulary = self.metadata.get(_TOKENS)
        if self.header is None or not isinstance(vocabulary, GgufArray):
            return {}
        types = self.header.integers(self.metadata.get("tokenizer.ggml.token_type"))
        wanted = {index for index, kind in enumerate(types) if kind == _CONTROL} | set(self.token_ids.values())
        return self.header.elements(vocabulary, wanted)


@fact(cost="files")
def gguf_metadata(source: Source, listing: FileListing) -> GgufMetadata:
    """From the header of the checkpoint's first GGUF file, or the first part of a split one."""
    paths = [path for path in sorted(listing.sizes) if path.endswith(".gguf") and not _NOT_FIRST.search(path)]
    paths = [path for path in paths if "mmproj" not in path.rpartition("/")[2]] or paths
    if not paths:
        raise Absent("no GGUF file", ordinary=True)
    if isinstance(source, GgufSummarized) and source.gguf_summary is not None:
        return _from_summary(paths[0], source.gguf_summary)
    return from_file(source, paths[0], listing.sizes[paths[0]])


def from_file(source: Source, path: str, size: int | None) -> GgufMetadata:
    """Read a file's header, of some megabytes. Raises Absent if its size is unknown, Broken, Unavailable."""
    if size is None:
        raise Absent(f"the size of {path} is unknown")
    from modelcheck.documents.gguf import parse_gguf

    header = parse_gguf(path, size, lambda start, length: source.read_range(path, start, length))
    return GgufMetadata(path, header.metadata, _templates(header.metadata), _ids(header.metadata), header)


def _from_summary(path: str, summary: Mapping[str, Any]) -> GgufMetadata:
    """From what the Hub's API returns about a GGUF repository, without reading its files."""
    template = summary.get("chat_template")
    templates = {"default": template} if isinstance(template, str) else {}
    architecture = summary.get("architecture")
    return GgufMetadata(path, {"general.architecture": architecture} if architecture else {}, templates, {})


def _templates(metadata: Mapping[str, Any]) -> dict[str, str]:
    found = {"default": metadata.get("tokenizer.chat_template")}
    for key, value in metadata.items():
        if key.startswith("tokenizer.chat_template."):
            found[key.removeprefix("tokenizer.chat_template.")] = value
    return {name: text for name, text in found.items() if isinstance(text, str)}


def _ids(metadata: Mapping[str, Any]) -> dict[str, int]:
    found = {}
    for key, value in metadata.items():
        match = re.fullmatch(r"tokenizer\.ggml\.(\w+)_token_id", key)
        if match and isinstance(value, int) and not isinstance(value, bool):
            found[match[1]] = value
    return found
