"""What ``--expect`` finds that is another fault than a rule's own, or none: rule → what it is → the comparison."""

from __future__ import annotations

import json

from modelcheck.testing.checking import IDENTITY

from rules.look_alikes_of_cards import LookAlikes

FAULTS = {
    "served/added-tokens-missing": "added tokens",
    "served/another-id": "id",
    "served/another-model": "weights",
    "served/another-template": "template",
    "served/another-tokenizer": "tokenizer",
    "served/first-token-differs": "first token",
    "served/prompt-cut": "cut prompt",
    "served/prompt-without-answer-start": "generation prompt",
    "served/shorter-context": "short context",
    "served/system-prompt-added": "system prompt",
}


def compared(outcome: str, fault: str | None) -> dict[str, str | bytes]:
    check = {"name": "a check", "outcome": outcome, "says": "something was seen", "fault": fault}
    return {IDENTITY: json.dumps({"expected": "acme/Thing-7B", "address": "http://127.0.0.1:8000/v1", "checks": [check]})}


SERVERS: LookAlikes = {
    rule: {
        "agrees": compared("agrees", None),
        "not checked": compared("not checked", None),
        "a difference without a known cause": compared("differs", None),
        **{other: compared("differs", other) for other in FAULTS.values() if other != fault},
    }
    for rule, fault in FAULTS.items()
}
