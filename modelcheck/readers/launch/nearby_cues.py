"""Chat cues near a model's name in a structured file: in the largest part of the document that names no other model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from modelcheck.documents.yamlfile import Node
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.readers.launch.chat_cues import CHAT_FLAGS

_KEYS = frozenset(
    "tool_call_parser toolcallparser reasoning_parser reasoningparser enable_auto_tool_choice "
    "enableautotoolchoice enabletool".split()
)
"""Keys that only a server of chats has: engine arguments, in any of their spellings."""
_OFF = ("", "false", "no", "off", "null", "~", "none", "0")
_EXAMPLES = lazy(r"(?i)example|sample|input|request|payload|body")
_MOST = 20_000


class Surroundings:
    """A document's nodes with their parents. ``models`` are the nodes that name one."""

    def __init__(self, document: Node) -> None:
        self._above: dict[int, tuple[Node, str]] = {}
        self._nodes: dict[int, Node] = {}
        waiting = [document]
        while waiting and len(self._above) < _MOST:
            node = waiting.pop()
            for key, child in (*node.items(), *((str(place), one) for place, one in enumerate(node))):
                if id(child) not in self._above:  # an alias is looked at where it is first written
                    self._above[id(child)] = (node, key)
                    self._nodes[id(child)] = child
                    waiting.append(child)

    def cues(self, model: Node, others: Sequence[Node]) -> tuple[str, ...]:
        """The chat cues in the largest mapping around ``model`` that holds none of ``others``."""
        taken = {id(one) for other in others for one in self._chain(other)}
        around = None
        for node in self._chain(model):
            if id(node) in taken:
                break
            around = node if node.children is not None else around
        return tuple(dict.fromkeys(_cues(around))) if around is not None else ()

    def scalar_at(self, at: Span) -> Node | None:
        """The scalar that a place is in."""
        line = at.line or 0
        return next((node for node in self._nodes.values() if node.text is not None and node.line <= line <= node.end_line), None)

    def _chain(self, node: Node) -> Iterator[Node]:
        """The nodes above one, from the inside out."""
        above = self._above.get(id(node))
        while above is not None:
            yield above[0]
            above = self._above.get(id(above[0]))


def _cues(around: Node) -> Iterator[str]:
    waiting: list[tuple[Node, bool]] = [(around, False)]
    seen = set[int]()
    while waiting and len(seen) < _MOST:
        node, example = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        for key, child in node.items():
            plain = key.replace("-", "_").lower()
            if plain in _KEYS and (child.text is None or child.text.lower() not in _OFF):
                yield key
            elif example and key == "messages" and _is_conversation(child):
                yield "the messages of its example"
            waiting.append((child, example or bool(_EXAMPLES.search(key))))
        for one in node:
            if one.text is not None:
                yield from (flag for flag in CHAT_FLAGS[:3] if one.text == flag or one.text.startswith(f"{flag}="))
            waiting.append((one, example))


def _is_conversation(node: Node) -> bool:
    return any(one.get("role") is not None for one in node)
