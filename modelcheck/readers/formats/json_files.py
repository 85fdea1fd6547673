"""JSON of every kind that names a model: task definitions, Triton's and Xinference's model files, RunPod's hub file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import PurePosixPath

from modelcheck.declarations import reader
from modelcheck.documents import TextFile
from modelcheck.documents.cloudformation import with_defaults
from modelcheck.documents.located import Lines
from modelcheck.documents.yamlfile import Node, parse_yaml_text
from modelcheck.errors import Broken, Exceeded
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers.formats.values import Walk
from modelcheck.readers.formats.yaml_settings import settings_of
from modelcheck.readers.launch.engines import MENTIONS
from modelcheck.readers.launch.settings import SETTING_MENTIONS, uses_of_settings

_LONGEST = 2**18
_COMMENT = lazy(r"(?P<text>\"(?:[^\"\\\n]|\\.)*\"?)|//[^\n]*|/\*[\s\S]*?(?:\*/|\Z)")
"""Or a text, in which nothing is a comment. What never ends is taken to the end of its line or file: no place is read twice."""
_OF_CHECKPOINTS = frozenset(
    ("config.json", "generation_config.json", "adapter_config.json", "tokenizer_config.json", "tokenizer.json")
)
_NOT_SETTINGS = _OF_CHECKPOINTS | {
    "special_tokens_map.json", "model.safetensors.index.json", "preprocessor_config.json",
    "package.json", "package-lock.json", "tsconfig.json",
}  # fmt: skip


@reader(
    files=("*.json", "*.jsonc"),
    mentions=(
        *MENTIONS,
        "gpu_memory_utilization",
        "model_ability",
        "hf_model_id",
        '"model_name"',
        "huggingface_repo_id",
        '"model_id"',
    ),
)
def json_files(file: TextFile) -> Iterator[ModelUse]:
    """JSON is YAML, so it is read as the other files of values are. A checkpoint's own files are not configuration."""
    if PurePosixPath(file.path).name not in _OF_CHECKPOINTS:
        lines = Lines(file.path, _without_tabs(file))
        for document in _documents(file):
            yield from Walk(lines, document).uses()


@reader(files=("*.json", "*.jsonc"), mentions=SETTING_MENTIONS)
def json_settings(file: TextFile) -> Iterator[ModelUse]:
    """Settings at any depth of a JSON file: the reader of last resort."""
    if PurePosixPath(file.path).name.lower() not in _NOT_SETTINGS:
        for document in _documents(file):
            yield from uses_of_settings(settings_of(document), "json")


@lru_cache(maxsize=1)  # both readers ask for the same file, one after the other
def _documents(file: TextFile) -> tuple[Node, ...]:
    """The file as YAML nodes; none of one that is invalid, or too long for configuration."""
    if len(file.text) > _LONGEST:
        raise Exceeded(f"is JSON of more than {_LONGEST // 2**10} KiB, which settings never are")
    text = _without_tabs(file)
    for each in (text, _without_comments(text)) if "//" in text or "/*" in text else (text,):
        try:
            return tuple(map(with_defaults, parse_yaml_text(file.path, each)))
        except Broken:
            continue
    return ()


def _without_comments(text: str) -> str:
    """JSON with comments, as editors and dev containers have it: blanks in their places, so that all others stay."""
    return _COMMENT.sub(lambda found: found["text"] or re.sub(r"[^\n]", " ", found.group()), text)


def _without_tabs(file: TextFile) -> str:
    return file.text.replace("\t", " ")
