"""The reader of last resort for YAML: settings that no other format claims.

A value counts where its key is named after a model and its shape is that of one. Such a use is likely, not explicit.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.declarations import reader
from modelcheck.documents.located import Setting, located
from modelcheck.documents.yamlfile import Node, YamlFile
from modelcheck.facts.model_use import ModelUse
from modelcheck.readers.launch.settings import SETTING_MENTIONS, uses_of_settings

_MAX_DEPTH = 24
_MOST = 20_000


@reader(files=("*.yml", "*.yaml"), mentions=SETTING_MENTIONS)
def yaml_settings(file: YamlFile) -> Iterator[ModelUse]:
    """Settings at any depth of a YAML file. A manifest's own fields are settings, too: any operator may have one for a model."""
    for document in file.documents:
        yield from uses_of_settings(settings_of(document), "yaml")


def settings_of(document: Node) -> Iterator[Setting]:
    """Every scalar with its keys, 20,000 at most; the elements of a list have the list's key. An alias is entered once."""
    waiting: list[tuple[Node, tuple[str, ...]]] = [(document, ())]
    seen = set[int]()
    scalars = 0
    while waiting and scalars < _MOST:
        node, keys = waiting.pop()
        if id(node) in seen or len(keys) > _MAX_DEPTH:
            continue
        seen.add(id(node))
        if node.text is not None:
            scalars += 1
            if "/" in node.text or ":" in node.text:  # as every reference to a model; most values are none
                yield Setting(keys, located(node))
        elif node.children is not None:
            waiting += reversed([(child, (*keys, key)) for key, child in node.children.items()])
        else:
            waiting += reversed([(child, keys) for child in node])
