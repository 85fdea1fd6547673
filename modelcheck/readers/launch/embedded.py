"""Files inside of YAML: those in block scalars, as in a ConfigMap."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from modelcheck.documents.located import Lines
from modelcheck.documents.yamlfile import Node
from modelcheck.patterns import lazy
from modelcheck.readers import Embedded

_FILE_NAME = lazy(r"[\w.-]+\.(py|sh|ya?ml|json|toml|ini|conf|cfg|env|properties|ipynb)|[Mm]odelfile|[Dd]ockerfile")
_MOST = 50


def embedded_in_mapping(node: Node | None, lines: Lines) -> Iterator[Embedded]:
    """The files of a mapping whose keys are file names, as in a ConfigMap's ``data``: those that are block scalars."""
    for name, child in islice(node.items() if node is not None else (), _MOST):
        if child.text is not None and child.style == "|" and _FILE_NAME.fullmatch(name):
            first = lines.offset(child.line + 1, 1)
            indentation = re.match(r"[ ]*", lines.text[first : first + 200])
            yield Embedded(name, child.text, child.line + 1, 1 + (indentation.end() if indentation else 0))
