"""The tokenizer's special tokens, and the tokens added to its vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelcheck.declarations import fact
from modelcheck.documents.jsonfile import JsonFile, first_member
from modelcheck.errors import Absent
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.gguf_metadata import GgufMetadata
from modelcheck.facts.reading import MAX_TOKENIZER, read_json
from modelcheck.findings import Span
from modelcheck.records import record
from modelcheck.sources import Source

_SPECIAL = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")


@record()
class TokenizerConfig:
    """``special_tokens`` is name → text (``eos_token`` → ``<|im_end|>``); ``added_tokens`` is id → text.

    ``added_from`` is the file that the added tokens were read from. ``file`` is None without a ``tokenizer_config.json``.
    """

    file: JsonFile | None
    special_tokens: Mapping[str, str]
    added_tokens: Mapping[int, str]
    added_from: str | None

    @property
    def data(self) -> dict[str, Any]:
        """The content of ``tokenizer_config.json``."""
        return self.file.data if self.file else {}

    @property
    def own_special_tokens(self) -> dict[str, str]:
        """The special tokens in ``tokenizer_config.json`` itself."""
        return special_tokens(self.data)

    def at(self, *keys: str | int) -> Span:
        """The place of a value in ``tokenizer_config.json``."""
        return self.file.at(*keys) if self.file else Span(self.added_from or "tokenizer_config.json")

    def at_added(self, token_id: int) -> Span:
        """The place where an added token is declared."""
        if self.file and self.added_from == self.file.path:
            return self.file.at("added_tokens_decoder", str(token_id))
        return Span(self.added_from or "tokenizer_config.json")

    def ids(self, text: str) -> tuple[int, ...]:
        """The ids of an added token."""
        return tuple(token_id for token_id, added in self.added_tokens.items() if added == text)


@fact(cost="files", reads=("tokenizer_config.json",))
def tokenizer_config(source: Source, listing: FileListing, gguf: GgufMetadata | None) -> TokenizerConfig:
    """From ``tokenizer_config.json`` and the older files next to it; from ``tokenizer.json`` only if they lack the added tokens."""
    file = _read(source, listing, "tokenizer_config.json")
    special = special_tokens(file.data if file else {})
    if "eos_token" not in special:
        extra = _read(source, listing, "special_tokens_map.json")
        special = special_tokens(extra.data if extra else {}) | special
    added, added_from = _added_tokens(source, listing, file)
    if file is None and not added and gguf is not None:
        return of_gguf(gguf)
    if file is None and not added:
        raise Absent("no tokenizer_config.json or tokenizer.json")
    return TokenizerConfig(file, special, added, added_from)


def of_gguf(gguf: GgufMetadata) -> TokenizerConfig:
    """The special tokens of a GGUF file, with its control tokens as the added ones."""
    tokens = gguf.tokens()
    special = {f"{name}_token": tokens[token_id] for name, token_id in gguf.token_ids.items() if token_id in tokens}
    if "padding_token" in special:
        special["pad_token"] = special.pop("padding_token")
    return TokenizerConfig(None, {name: text for name, text in special.items() if name in _SPECIAL}, tokens, gguf.path)


def _read(source: Source, listing: FileListing, path: str) -> JsonFile | None:
    return read_json(source, path) if path in listing else None


def special_tokens(data: Mapping[str, Any]) -> dict[str, str]:
    """The special tokens in a JSON object, name → text."""
    found = {}
    for name in _SPECIAL:
        text = token_text(data.get(name))
        if text is not None:
            found[name] = text
    return found


def token_text(value: Any) -> str | None:
    """The text of a token: a string, or the ``content`` of an object."""
    if isinstance(value, dict):
        value = value.get("content")
    return value if isinstance(value, str) else None


def _added_tokens(source: Source, listing: FileListing, file: JsonFile | None) -> tuple[dict[int, str], str | None]:
    decoder = file.data.get("added_tokens_decoder") if file else None
    if file and isinstance(decoder, dict) and decoder:
        pairs = (
            (token_id, token_text(token)) for token_id, token in decoder.items() if token_id.isdecimal() and len(token_id) < 10
        )
        return {int(token_id): text for token_id, text in pairs if text is not None}, file.path
    large = "tokenizer.json"
    tokens = first_member(large, source.read(large, MAX_TOKENIZER), "added_tokens") if large in listing else None
    if isinstance(tokens, list):
        found = {
            token["id"]: token["content"]
            for token in tokens
            if isinstance(token, dict) and isinstance(token.get("id"), int) and isinstance(token.get("content"), str)
        }
        if found:
            return found, large
    old = _read(source, listing, "added_tokens.json")
    if old:
        return {token_id: text for text, token_id in old.data.items() if isinstance(token_id, int)}, old.path
    return {}, None
