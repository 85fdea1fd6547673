"""Terraform: models in the environment of a container, and in variables that are named after one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from modelcheck.documents import TextFile
from modelcheck.documents.hcl import read_tokens
from modelcheck.documents.located import Located
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers import NeighbourFiles
from modelcheck.readers.launch.build import make_use
from modelcheck.readers.launch.references import is_hub_id
from modelcheck.registry import reader

_KEY = lazy(r"((hf|llm|vllm|option|sm_vllm|embedding|rerank)_)?model(_id|_name|_path)?|hf_model_id", re.IGNORECASE)
_FIELD = lazy(r"hf_model_id|model_id|option_model_id|sm_vllm_model", re.IGNORECASE)
_BARE = lazy(r"[A-Za-z][\w.]*-[\w.-]*")
_VALUES = ("terraform.tfvars", "variables.tf")


@dataclass(frozen=True, slots=True, eq=False)
class _Attribute:
    """``name = "text"``, or ``name = var.variable``; ``inside`` is the variable that a ``default`` belongs to."""

    name: str
    value: Located
    variable: str | None = None
    inside: str | None = None


@reader(files=("*.tf", "*.tfvars"), mentions=("model",))
def terraform(file: TextFile, neighbours: NeighbourFiles) -> Iterator[ModelUse]:
    """Read by the parser of python-hcl2; a variable is looked up in the file, in ``variables.tf`` and ``terraform.tfvars``."""
    attributes = list(_attributes(file.path, file.text))
    defaults = {one.inside: one.value for one in attributes if one.inside and one.name == "default"}
    for one in attributes:
        if one.name == "default" and one.inside and _KEY.fullmatch(one.inside) and is_hub_id(one.value.text):
            yield make_use(one.value, "terraform", one.inside)
        elif one.name == "repository" and "huggingface_endpoint" in file.text and is_hub_id(one.value.text):
            yield make_use(one.value, "terraform", "huggingface_endpoint")
        elif _KEY.fullmatch(one.name) and one.variable is None and _names_one(one.name, one.value.text):
            yield make_use(one.value, "terraform", one.name)
        elif _FIELD.fullmatch(one.name) and one.variable and one.variable not in defaults:
            value = _elsewhere(neighbours, one.variable) or Located(f"var.{one.variable}", one.value.at)
            yield make_use(Located(value.text, one.value.at), "terraform", one.name)


def _names_one(name: str, text: str) -> bool:
    return bool(is_hub_id(text) or (_FIELD.fullmatch(name) and _BARE.fullmatch(text)))


def _elsewhere(neighbours: NeighbourFiles, variable: str) -> Located | None:
    for path in _VALUES:
        text = neighbours.text(path)
        for one in _attributes(path, text) if text else ():
            if variable in (one.name, one.inside) and one.variable is None:
                return one.value
    return None


def _attributes(path: str, text: str) -> Iterator[_Attribute]:
    """Every attribute whose value is a string or a variable, in order; an empty iterator for invalid HCL."""
    tokens = read_tokens(text)
    inside: list[str | None] = []
    for place, token in enumerate(tokens):
        kind, value = token.kind, token.text
        following = [one.kind for one in tokens[place + 1 : place + 5]]
        if kind == "LBRACE":
            before = [one.text for one in tokens[max(0, place - 4) : place]]
            inside.append(before[2] if before[:1] == ["variable"] else inside[-1] if inside else None)
        elif kind == "RBRACE" and inside:
            inside.pop()
        elif kind == "NAME" and following[:1] in (["EQ"], ["COLON"]):
            variable = inside[-1] if inside else None
            if following[1:4] == ["DBLQUOTE", "STRING_CHARS", "DBLQUOTE"]:
                yield _Attribute(value, tokens[place + 3].located(path), None, variable)
            elif following[1:4] == ["NAME", "DOT", "NAME"] and tokens[place + 2].text == "var":
                name = tokens[place + 4].text
                yield _Attribute(value, tokens[place + 2].located(path, f"var.{name}"), name, variable)
