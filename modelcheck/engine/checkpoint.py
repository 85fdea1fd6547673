"""Tells whether a folder is a checkpoint."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from modelcheck.errors import Absent, Broken
from modelcheck.patterns import lazy
from modelcheck.sources import Source

_FILES = frozenset((
    "adapter_config.json", "generation_config.json", "tokenizer_config.json", "tokenizer.json", "tokenizer.model",
    "special_tokens_map.json", "model_index.json", "preprocessor_config.json", "tekken.json", "pytorch_model.bin",
    "config_sentence_transformers.json",
))  # fmt: skip
_SHARED = frozenset(("chat_template.jinja", "chat_template.json", "params.json"))
"""Files that programs have too: they are a checkpoint's only where nothing else lies beside them."""
_BESIDE = (".md", ".txt", ".gitattributes", ".jinja", ".bin", ".pt", ".pth")
_SUFFIXES = (".safetensors", ".gguf", ".safetensors.index.json", ".bin.index.json")
_CONFIG = lazy(rb'"(model_type|architectures|_name_or_path|transformers_version)"')
_CARD_KEY = lazy(
    rb"^(license|license_name|library_name|pipeline_tag|base_model|model-index|model_name|datasets|language|tags)[ \t]*:",
    re.MULTILINE,
)
_NO_MODEL = lazy(rb"^(sdk|sdk_version|task_categories|size_categories|dataset_info|configs)[ \t]*:", re.MULTILINE)
_HEAD = 64 * 1024
_MOST = 200
"""Folders with a config that are looked at."""
MEMBERS = _FILES | _SHARED | {"config.json", "README.md"}
"""The names of files that belong to the checkpoint in their folder."""


def may_be_checkpoint(names: Collection[str]) -> bool:
    """Whether a folder with these names can be a checkpoint at all: most folders cannot, and need not be listed for it."""
    return any(name in MEMBERS or name.endswith(_SUFFIXES) for name in names)


def is_checkpoint(source: Source, paths: Collection[str]) -> bool:
    """Whether a folder's own files are those of a checkpoint, by their names, or by the content of config.json or the card."""
    if any(path in _FILES or ("/" not in path and path.endswith(_SUFFIXES)) for path in paths):
        return True
    if not _SHARED.isdisjoint(paths) and all(path in MEMBERS or path.endswith(_BESIDE) or _is_license(path) for path in paths):
        return True
    if "config.json" in paths and _CONFIG.search(_head(source, "config.json")):
        return True
    return "README.md" in paths and is_card(_head(source, "README.md"))


def inner_checkpoints(source: Source, paths: Collection[str]) -> Iterator[str]:
    """The file that shows, for each folder below the root, that it is a checkpoint; not for folders inside of such a folder."""
    shown = ("config.json", "adapter_config.json", "model_index.json")
    found = [
        path
        for path in sorted(paths, key=lambda path: path.count("/"))
        if "/" in path and path.endswith(tuple("/" + name for name in shown))
    ]
    folders: list[str] = []
    for path in found[:_MOST]:
        folder = path.rpartition("/")[0] + "/"
        if folder.startswith(tuple(folders)):
            continue
        if not path.endswith("/config.json") or _CONFIG.search(_head(source, path)):
            folders.append(folder)
            yield path


def _is_license(path: str) -> bool:
    return path.upper().startswith(("LICENSE", "LICENCE", "NOTICE"))


def is_card(head: bytes) -> bool:
    """Whether a Markdown file begins with the front matter of a model card, not of a dataset, a Space or a web page."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    front = text[3:].partition(b"\n---")[0] if text.startswith(b"---") else b""
    return bool(_CARD_KEY.search(front)) and not _NO_MODEL.search(front)


def _head(source: Source, path: str) -> bytes:
    try:
        return source.read_range(path, 0, _HEAD)
    except (Absent, Broken):
        return b""
