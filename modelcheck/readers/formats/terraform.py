"""Terraform, Terragrunt and Nomad: containers, and settings that are named after a model."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelcheck.declarations import reader
from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines, Located, Setting
from modelcheck.facts.model_use import ModelUse
from modelcheck.findings import Unresolved
from modelcheck.patterns import lazy
from modelcheck.readers import NeighbourFiles
from modelcheck.readers.assembly.hcl_files import names_model, records_of
from modelcheck.readers.assembly.hcl_templates import Document
from modelcheck.readers.assembly.hcl_values import Open, Record, Value, alternatives, elements_of
from modelcheck.readers.filled import Filled
from modelcheck.readers.formats.hcl_containers import containers_of
from modelcheck.readers.launch.build import make_use
from modelcheck.readers.launch.containers import uses_of_container
from modelcheck.readers.launch.engines import MENTIONS
from modelcheck.readers.launch.mentions import may_start
from modelcheck.readers.launch.references import is_hub_id
from modelcheck.readers.launch.settings import uses_of_settings

_KEY = lazy(r"((hf|llm|vllm|option|sm_vllm|embedding|rerank)_)?model(_id|_name|_path)?|hf_model_id", re.IGNORECASE)
_FIELD = lazy(r"hf_model_id|model_id|option_model_id|sm_vllm_model", re.IGNORECASE)
_BARE = lazy(r"[A-Za-z][\w.]*-[\w.-]*")
_MOST = 5_000
"""Blocks and objects of a file in all its deployments."""


@reader(files=("*.tf", "*.tfvars", "*.nomad", "*.hcl"), mentions=(*MENTIONS, "model", "source"))
def terraform(file: TextFile, neighbours: NeighbourFiles) -> Iterator[ModelUse | Unresolved | Filled]:
    """Read by the parser of python-hcl2; variables, local values and modules of the tree are followed."""
    if not names_model(file.text, neighbours, (*MENTIONS, "model")):
        return
    lines, endpoint = Lines(file.path, file.text), "huggingface_endpoint" in file.text
    seen = set[tuple[str, ...]]()
    for root in records_of(file, neighbours):
        if isinstance(root, Unresolved):
            yield root
            continue
        for record, above in _walk(root):
            for container in containers_of(record, above) if above is not record else ():
                yield from uses_of_container(container, "hcl", lines)
            yield from _settings(record, endpoint=endpoint)
        yield from uses_of_settings(_scalars(root), "terraform")
        for filled in _files(root):
            said = (filled.text, *(f"{part.value_at}" for part in filled.parts if part.value_at is not None))
            if said not in seen:
                seen.add(said)
                yield filled


def _walk(root: Record) -> Iterator[tuple[Record, Record]]:
    """Every block and object with the one that it is in; the root is in itself."""
    waiting: list[tuple[Value, Record]] = [(root, root)]
    count = 0
    while waiting and count < _MOST:
        value, above = waiting.pop()
        count += 1
        if isinstance(value, Record):
            yield value, above
            above = value
        waiting += [(one, above) for _, one in reversed(list(elements_of(value))) if not isinstance(one, Located)]


def _settings(record: Record, *, endpoint: bool) -> Iterator[ModelUse]:
    """The fields of a block that can only hold a model; the defaults of variables that are named after one."""
    for name, value in _fields(record):
        for text in alternatives(value):
            if _KEY.fullmatch(name) and (_names_one(name, text.text) or (isinstance(text, Open) and _FIELD.fullmatch(name))):
                yield make_use(text, "terraform", name)
            elif name == "repository" and endpoint and is_hub_id(text.text):
                yield make_use(text, "terraform", "huggingface_endpoint")


def _fields(record: Record) -> Iterator[tuple[str, Value]]:
    """The fields of a block; of a variable its default, under the variable's name."""
    if record.name == "variable" and record.labels:
        yield record.labels[0], record.get("default")
    else:
        yield from record.items()


def _files(root: Record) -> Iterator[Filled]:
    """The heredocs and templates that may start a program."""
    for setting in _scalars(root):
        if isinstance(setting.value, Document) and setting.value.filled is not None and may_start(setting.value.text):
            yield setting.value.filled


def _names_one(name: str, text: str) -> bool:
    return bool(is_hub_id(text) or (_FIELD.fullmatch(name) and _BARE.fullmatch(text)))


def _scalars(root: Record) -> Iterator[Setting]:
    """Every text with the names that lead to it."""
    waiting: list[tuple[tuple[str, ...], Value]] = [((), root)]
    count = 0
    while waiting and count < _MOST:
        keys, value = waiting.pop()
        count += 1
        for text in alternatives(value):
            yield Setting(keys, text)
        if isinstance(value, Record):
            waiting += [((*keys, name), one) for name, one in reversed(list(_fields(value)))]
        elif isinstance(value, list):
            waiting += [(keys, one) for one in reversed(value)]
