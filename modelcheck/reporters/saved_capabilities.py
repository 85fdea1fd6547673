"""Reads the capabilities of a JSON report back: the reverse of ``json_verdict.capabilities_json``."""

from __future__ import annotations

from modelcheck.facts.deferred.capabilities import Capabilities, Capability, Stops
from modelcheck.reporters.json_verdict import ABILITIES
from modelcheck.reporters.saved_node import Node
from modelcheck.reporters.saved_parts import span_of


def capabilities_of(node: Node) -> Capabilities:
    """What the files of a checkpoint allow."""
    abilities = {name: _ability(node.get(name)) for name in ABILITIES}
    stops = tuple(
        Stops(one.text("engine"), one.counts("ids"), one.texts("tokens"), one.maybe_flag("at_turn_end"))
        for one in node.each("stops")
    )
    return Capabilities(**abilities, stop_ids=node.counts("stop_ids"), stops=stops)


def _ability(node: Node) -> Capability:
    return Capability(node.maybe_flag("supported"), node.text("because"), span_of(node, "at"), node.maybe_text("variable"))
