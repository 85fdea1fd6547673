"""Triton's ``config.pbtxt``: the tokenizer of a built engine. The engine itself is in a folder of the server's."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from modelcheck.declarations import reader
from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers.launch.build import make_use
from modelcheck.readers.launch.references import HUB_ID

_PARAMETER = lazy(
    r"key\s*:\s*\"(?P<key>tokenizer_dir|gpt_model_path|engine_dir|model_id)\"\s*,?\s*value\s*:?\s*\{\s*string_value\s*:\s*\"(?P<value>[^\"\n]+)\""
)
_MOST = 100


@reader(files=("*.pbtxt",), mentions=("tokenizer_dir", "model_id"))
def triton(file: TextFile) -> Iterator[ModelUse]:
    """A parameter that holds a Hub id; a folder on the server cannot be resolved."""
    lines = Lines(file.path, file.text)
    for found in islice(_PARAMETER.finditer(file.text), _MOST):
        if HUB_ID.fullmatch(found["value"]):
            yield make_use(lines.group(found, "value"), "triton", found["key"])
