"""What a reader may yield, checked before it is used: a plug-in may yield anything."""

from __future__ import annotations

from typing import get_args

from modelcheck.documents.yamlfile import YamlFile
from modelcheck.facts.model_use import ModelUse, Purpose
from modelcheck.findings import Span, require, require_place
from modelcheck.readers import Assembled, Embedded, Unresolved
from modelcheck.readers.filled import Filled

_PURPOSES: tuple[str, ...] = get_args(Purpose)
Found = ModelUse | Embedded | Assembled | Filled | Unresolved


def checked(use: object) -> Found:
    """What a reader yielded. Raises TypeError for what is not a Found, or has a field of the wrong type."""
    if isinstance(use, Embedded):
        require(use.name, str, "Embedded.name")
        require(use.text, str, "Embedded.text")
        return use
    if isinstance(use, Assembled):
        require(use.name, str, "Assembled.name")
        require(use.file, YamlFile, "Assembled.file")
        return use
    if isinstance(use, Filled):
        require(use.name, str, "Filled.name")
        return use
    if isinstance(use, Unresolved):
        require_place(use.at, "Unresolved.at")
        require(use.reason, str, "Unresolved.reason")
        return use
    if not isinstance(use, ModelUse):
        raise TypeError(f"it yielded {type(use).__name__} where ModelUse is expected")
    require(use.at, Span, "ModelUse.at")
    require_place(use.at, "ModelUse.at")
    require(use.model, str, "ModelUse.model")
    if use.purpose not in _PURPOSES:
        raise TypeError(f"ModelUse.purpose must be one of {', '.join(_PURPOSES)}, not {use.purpose!r}")
    return use
