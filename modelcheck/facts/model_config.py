"""``config.json``: architecture, vocabulary size and token ids."""

from __future__ import annotations

from typing import Any

from modelcheck.declarations import fact
from modelcheck.documents.jsonfile import JsonFile
from modelcheck.facts.reading import field, read_json
from modelcheck.findings import Span
from modelcheck.records import record
from modelcheck.sources import Source


@record()
class ModelConfig:
    """``data`` is the whole file. ``vocab_size`` and ``token_ids`` come from the nested ``text_config`` if that has them."""

    file: JsonFile
    model_type: str | None
    architectures: tuple[str, ...]
    vocab_size: int | None
    token_ids: dict[str, tuple[int, ...]]
    text_config: str | None

    @property
    def data(self) -> dict[str, Any]:
        """The file's content."""
        return self.file.data  # type: ignore[no-any-return]

    def value(self, key: str) -> Any:
        """A value of the file, or of the nested text config if the file itself has none."""
        nested = self.data.get(self.text_config) if self.text_config else None
        return self.data.get(key, nested.get(key) if isinstance(nested, dict) else None)

    def at(self, *keys: str | int) -> Span:
        """The place of a value, in the nested text config if only that has the key."""
        if self.text_config and keys and keys[0] not in self.data:
            return self.file.at(self.text_config, *keys)
        return self.file.at(*keys)


@fact(cost="files", reads=("config.json",))
def model_config(source: Source) -> ModelConfig:
    """From ``config.json``, as transformers reads it."""
    file = read_json(source, "config.json")
    nested = next((key for key in ("text_config", "llm_config", "language_config") if isinstance(file.data.get(key), dict)), None)

    def value(kind: type | tuple[type, ...], wanted: str, key: str) -> Any:
        if key not in file.data and nested:
            return field(file, kind, wanted, nested, key)
        return field(file, kind, wanted, key)

    token_ids = {}
    for name in ("bos_token_id", "eos_token_id", "pad_token_id"):
        ids = as_ids(value((int, list), "a number or a list of numbers", name))
        if ids:
            token_ids[name] = ids
    architectures = field(file, list, "a list of class names", "architectures") or []
    return ModelConfig(
        file, field(file, str, "a string", "model_type"), tuple(name for name in architectures if isinstance(name, str)),
        value(int, "a number", "vocab_size"), token_ids, nested,
    )  # fmt: skip


def as_ids(value: Any) -> tuple[int, ...]:
    """A token id or a list of them, as a tuple without anything that is not a number."""
    values = value if isinstance(value, list) else [value]
    return tuple(item for item in values if isinstance(item, int) and not isinstance(item, bool))
