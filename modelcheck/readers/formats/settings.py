"""The reader of last resort: settings in YAML and JSON that no other format claims.

A value counts where its key is named after a model and its shape is that of one. Such a use is likely, not explicit.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import PurePosixPath

from modelcheck.documents import TextFile
from modelcheck.documents.located import Located, Setting
from modelcheck.documents.yamlfile import Node, YamlFile, parse_yaml_text
from modelcheck.errors import Broken
from modelcheck.facts.model_use import ModelUse
from modelcheck.readers.launch.settings import uses_of_settings
from modelcheck.registry import reader

_MENTIONS = ("model", "checkpoint", "ckpt", "pretrained", "teacher", "student", "repo_id", "hf_repo", "name_or_path", "llm")
_MAX_DEPTH = 24
_MOST = 20_000
_LONGEST = 2**18
_OF_CHECKPOINTS = frozenset(
    "config.json generation_config.json adapter_config.json tokenizer_config.json tokenizer.json special_tokens_map.json "
    "model.safetensors.index.json preprocessor_config.json package.json package-lock.json tsconfig.json".split()
)


@reader(files=("*.yml", "*.yaml"), mentions=_MENTIONS)
def yaml_settings(file: YamlFile) -> Iterator[ModelUse]:
    """Settings at any depth of a YAML file. A manifest's own fields are settings, too: any operator may have one for a model."""
    for document in file.documents:
        yield from uses_of_settings(islice(_nodes(document), _MOST), "yaml")


@reader(files=("*.json",), mentions=_MENTIONS)
def json_settings(file: TextFile) -> Iterator[ModelUse]:
    """Settings at any depth of a JSON file. A checkpoint's own files are not configuration."""
    if len(file.text) > _LONGEST or PurePosixPath(file.path).name.lower() in _OF_CHECKPOINTS:
        return
    try:
        documents = parse_yaml_text(file.path, file.text.replace("\t", " "))
    except Broken:
        return
    for document in documents:
        yield from uses_of_settings(islice(_nodes(document), _MOST), "json")


def _nodes(document: Node) -> Iterator[Setting]:
    """Every scalar with its keys; the elements of a list have the list's key. An alias is entered once."""
    waiting: list[tuple[Node, tuple[str, ...]]] = [(document, ())]
    seen = set[int]()
    while waiting:
        node, keys = waiting.pop()
        if id(node) in seen or len(keys) > _MAX_DEPTH:
            continue
        seen.add(id(node))
        if node.text is not None:
            yield Setting(keys, Located(node.text, node.span, node))
        waiting += reversed([*((child, (*keys, key)) for key, child in node.items()), *((child, keys) for child in node)])
