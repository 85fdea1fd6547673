"""How a server compares with the checkpoint that is expected there: lines of text, JSON, and that JSON read back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast, get_args

from modelcheck.facts.deferred.served_identity import ServedIdentity
from modelcheck.reporters.saved_node import Node
from modelcheck.served import Check, Fault, Outcome


def identity_line(identity: ServedIdentity) -> str:
    """The whole in one line, with the names of the checks that were not made."""
    unchecked = [check.name for check in identity.checks if check.outcome == "not checked"]
    return _whole(identity) + (f" ({', '.join(unchecked)})" if unchecked else "")


def identity_lines(identity: ServedIdentity) -> Iterator[str]:
    """One line for the whole, and one for each check."""
    yield _whole(identity)
    for check in identity.checks:
        yield f"  {check.name}: {check.outcome}: {check.says}"


def _whole(identity: ServedIdentity) -> str:
    at = f" at {identity.revision[:12]}" if identity.revision else ""
    counts = [(outcome, sum(check.outcome == outcome for check in identity.checks)) for outcome in get_args(Outcome)]
    said = ", ".join(f"{count} {'agree' if outcome == 'agrees' and count != 1 else outcome}" for outcome, count in counts if count)
    return f"compared with {identity.expected}{at} by {identity.requests} requests: {said}"


def identity_json(identity: ServedIdentity) -> dict[str, Any]:
    """The comparison as JSON."""
    return {
        "expected": identity.expected,
        "revision": identity.revision,
        "address": identity.address,
        "requests": identity.requests,
        "checks": [
            {"name": check.name, "outcome": check.outcome, "says": check.says, "fault": check.fault} for check in identity.checks
        ],
    }


def identity_of(node: Node) -> ServedIdentity:
    """The comparison of a JSON report. Raises Misuse."""
    checks = tuple(_check(one) for one in node.each("checks"))
    return ServedIdentity(node.text("expected"), node.maybe_text("revision"), node.text("address"), checks, node.count("requests"))


def _check(node: Node) -> Check:
    outcome = cast("Outcome", node.choice("outcome", get_args(Outcome)))
    fault = node.maybe_text("fault")
    known = cast("Fault", node.choice("fault", get_args(Fault))) if fault is not None else None
    return Check(node.text("name"), outcome, node.text("says"), known)
