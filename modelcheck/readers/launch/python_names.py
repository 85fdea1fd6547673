"""Which Python files may name a model, before they are parsed, and which of their names may hold one."""

from __future__ import annotations

import ast
import re
from itertools import islice

from modelcheck.patterns import lazy
from modelcheck.readers.launch.likeness import is_model_key, looks_like_model, names_hub_id
from modelcheck.readers.launch.references import is_hub_id

_OF_LIBRARIES = (
    "from_pretrained", "vllm", "hf_model_id", "chat.completions", "chat/completions", "sentencetransformer", "sglang",
    "inferenceclient", "ollama", "hf_repo", "--model=", "--model-id=", "from transformers", "text-generation",
)  # fmt: skip
_OF_MANY = ("model_id", "model_name", "model_source", "pipeline(", "repo_id", "base_model")
"""Names that programs have which load no language model, too: Django's, scikit-learn's."""
PYTHON_MENTIONS = (*_OF_LIBRARIES, *_OF_MANY)
_STRING = lazy(r"[\"'](?P<text>(?:hf://)?[\w./~-]*/[\w.@:-]+)[\"']")
_TWO_PARTS = lazy(r"[\"'](?P<text>(?:[\w.-]|\{[^{}\"']*\})+/(?:[\w.@:-]|\{[^{}\"']*\})+)[\"']")
"""A string that may be a Hub id, also one with values in it."""
_OTHER_PAIR = lazy(
    r"(?i:application|audio|font|image|message|multipart|text|video)/"
    r"|(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc)/|.*\.[a-z]{2,5}$"
)
"""Media types, time zones, and files of a folder."""
_MOST_STRINGS = 2_000
_NAME = lazy(
    r"(\w*_)?(base_?)?(model|checkpoint|ckpt)s?(_?(id|name|path|repo|source|name_or_path|repo_id|url))?(_\w)?", re.IGNORECASE
)
_NOT_A_MODEL = lazy(r"data|output|hub_model|served|tokenizer|push|save|cache|image|dir$", re.IGNORECASE)
_SIZED = lazy(r"(?i)(^|[-_])\d+(\.\d+)?[bm]([-_.]|$)")


def is_worth_parsing(text: str) -> bool:
    """Whether a file mentions a library, or names something and has a string that may be a Hub id or looks like a model."""
    lowered = text.lower()
    if any(mention in lowered for mention in _OF_LIBRARIES):
        return True
    if any(mention in lowered for mention in _OF_MANY):
        pairs = (found["text"] for found in islice(_TWO_PARTS.finditer(text), _MOST_STRINGS))
        if any("{" in pair or (is_hub_id(pair) and not _OTHER_PAIR.match(pair)) for pair in pairs):
            return True
    return any(looks_like_model(found["text"]) for found in islice(_STRING.finditer(text), _MOST_STRINGS))


def may_name_a_model(name: str, node: ast.AST) -> bool:
    """Whether a name can hold a model: it says so, or it is a constant."""
    if _NOT_A_MODEL.search(name):
        return False
    return _is_constant(name, node) or _NAME.fullmatch(name) is not None or is_model_key([name])


def is_model(name: str, text: str, node: ast.AST) -> bool:
    """Whether the value of a name that can hold a model is one."""
    named = names_hub_id(name, text) and (_NAME.fullmatch(name) is not None or is_model_key([name]))
    return named or (_is_constant(name, node) and is_hub_id(text) and bool(_SIZED.search(text)))


def _is_constant(name: str, node: ast.AST) -> bool:
    return isinstance(node, (ast.Assign, ast.AnnAssign)) and name.isupper()
