"""JSON of every kind that names a model: task definitions, Triton's and Xinference's model files, RunPod's hub file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines
from modelcheck.documents.yamlfile import parse_yaml_text
from modelcheck.errors import Broken
from modelcheck.facts.model_use import ModelUse
from modelcheck.readers.formats.values import Walk
from modelcheck.readers.launch.engines import MENTIONS
from modelcheck.registry import reader

_LONGEST = 2**18
_OF_CHECKPOINTS = ("config.json", "generation_config.json", "adapter_config.json", "tokenizer_config.json", "tokenizer.json")


@reader(
    files=("*.json",),
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
    if len(file.text) > _LONGEST or PurePosixPath(file.path).name in _OF_CHECKPOINTS:
        return
    text = file.text.replace("\t", " ")
    try:
        documents = parse_yaml_text(file.path, text)
    except Broken:
        return
    for document in documents:
        yield from Walk(Lines(file.path, text), document).uses()
