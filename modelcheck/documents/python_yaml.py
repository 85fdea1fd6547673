"""What PyYAML refuses though it is valid YAML: many Python programs read a file with it."""

from __future__ import annotations

from typing import Any

import yaml

from modelcheck.documents.yamlfile import LOADER, MAX_NUMBER, located_errors

_READ_TWICE = 32 * 1024
_MERGED_ALIASES = 8  # a text can grow some 20 times by them, no more


def refuse_python_cannot(path: str, text: str, first_line: int) -> None:
    """Raise Broken where PyYAML refuses ``text``: an unknown tag, an invalid date, most tabs.

    huggingface_hub and llama.cpp's converter read front matter with it, so they cannot read what it refuses. A long text, and one
    that could grow by merging aliases, is not read again.
    """
    if len(text) >= _READ_TWICE or ("<<" in text and text.count("*") > _MERGED_ALIASES):
        return
    with located_errors(path, first_line):
        (_PythonLoader if "\t" in text else _FastLoader)(text).get_single_data()  # libyaml accepts tabs


class _WithPlaces:
    """A loader whose errors all have a place: in PyYAML, an invalid date raises a plain ValueError."""

    def construct_object(self, node: Any, **how: bool) -> Any:
        if isinstance(node, yaml.ScalarNode) and len(node.value) > MAX_NUMBER:
            return node.value  # what looks like a number of that length takes long to convert
        try:
            return super().construct_object(node, **how)  # type: ignore[misc]
        except (ValueError, OverflowError, TypeError, LookupError) as error:
            raise yaml.constructor.ConstructorError(None, None, str(error), node.start_mark) from None


class _FastLoader(_WithPlaces, LOADER):  # type: ignore[misc]
    pass


class _PythonLoader(_WithPlaces, yaml.SafeLoader):  # type: ignore[misc]
    pass
