"""``special_tokens_map.json``: the special tokens for older libraries."""

from __future__ import annotations

from collections.abc import Mapping

from modelcheck.declarations import fact
from modelcheck.documents.jsonfile import JsonFile
from modelcheck.errors import Absent
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.reading import read_json
from modelcheck.facts.tokenizer_config import special_tokens
from modelcheck.records import record
from modelcheck.sources import Source


@record()
class SpecialTokensMap:
    """``tokens`` is name → text (``eos_token`` → ``<|im_end|>``)."""

    file: JsonFile
    tokens: Mapping[str, str]


@fact(cost="files", reads=("special_tokens_map.json",))
def special_tokens_map(source: Source, listing: FileListing) -> SpecialTokensMap:
    """From the file, which current transformers no longer writes."""
    if "special_tokens_map.json" not in listing:
        raise Absent("no special_tokens_map.json", ordinary=True)
    file = read_json(source, "special_tokens_map.json")
    return SpecialTokensMap(file, special_tokens(file.data))
