"""``generation_config.json``: the tokens that generation stops on."""

from __future__ import annotations

from typing import Any

from modelcheck.declarations import fact
from modelcheck.documents.jsonfile import JsonFile
from modelcheck.errors import Absent
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.gguf_metadata import GgufMetadata
from modelcheck.facts.model_config import as_ids
from modelcheck.facts.reading import field, read_json
from modelcheck.facts.tokenizer_config import TokenizerConfig
from modelcheck.findings import Edit, Fix, Span
from modelcheck.records import record
from modelcheck.sources import Source


@record()
class GenerationConfig:
    """``stop_ids`` are the ids that generation stops on; ``stops`` their texts, where the tokenizer's files name them.

    ``path`` is the file that they were read from; ``file`` is None for a GGUF file.
    """

    path: str
    file: JsonFile | None
    stop_ids: tuple[int, ...]
    stops: frozenset[str]

    @property
    def data(self) -> dict[str, Any]:
        """The file's content."""
        return self.file.data if self.file else {}

    def at(self, *keys: str | int) -> Span:
        """The place of a value."""
        return self.file.at(*keys) if self.file else Span(self.path)

    def adding_stop(self, token: str, token_id: int) -> Fix:
        """The fix that adds one id to ``eos_token_id``; safe, since all other stops stay."""
        ids = [*self.stop_ids, token_id]
        edits = (Edit(self.at("eos_token_id"), f"[{', '.join(map(str, ids))}]"),) if "eos_token_id" in self.data else ()
        return Fix(f"add {token_id} ({token}) to eos_token_id", edits, safe=bool(edits))


@fact(cost="files", reads=("generation_config.json",))
def generation_config(
    source: Source, listing: FileListing, tokenizer: TokenizerConfig | None, gguf: GgufMetadata | None
) -> GenerationConfig:
    """From ``generation_config.json``; if that names no stop token, from ``config.json``, as transformers does; else from GGUF."""
    file = _first_with_stops(source, listing)
    if file is None and gguf is not None and gguf.token_ids:
        # llama.cpp stops on any of these.
        ids = tuple(dict.fromkeys(gguf.token_ids[name] for name in ("eos", "eot", "eom") if name in gguf.token_ids))
    elif file is not None:
        ids = as_ids(field(file, (int, list), "a number or a list of numbers", "eos_token_id"))
    else:
        raise Absent("neither generation_config.json nor config.json names a stop token")
    texts = {tokenizer.added_tokens[token_id] for token_id in ids if token_id in tokenizer.added_tokens} if tokenizer else set()
    path = file.path if file else gguf.path if gguf else ""
    return GenerationConfig(path, file, ids, frozenset(texts))


def _first_with_stops(source: Source, listing: FileListing) -> JsonFile | None:
    for path in ("generation_config.json", "config.json"):
        if path in listing:
            file = read_json(source, path)
            if file.data.get("eos_token_id") is not None:
                return file
    return None
