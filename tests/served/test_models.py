"""What a server's list of models says about the checkpoint that it loaded."""

from __future__ import annotations

from typing import Any

import pytest
from modelcheck.served import Expectation
from modelcheck.served.models import check_id

EXPECTED = "acme/Thing-7B"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
CACHED = f"/data/hub/models--acme--Thing-7B-Base/snapshots/{COMMIT}/x.gguf"

# what is listed, and what /props says → outcome, a part of what is said
LISTED: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "vLLM, under the id that it loaded": ({"id": EXPECTED, "root": EXPECTED, "owned_by": "vllm"}, {}, "agrees", "loaded acme"),
    "vLLM, under a name": ({"id": "chat", "root": EXPECTED, "owned_by": "vllm"}, {}, "agrees", "loaded acme/Thing-7B"),
    "vLLM, another id under a name": ({"id": "chat", "root": "acme/Ship", "owned_by": "vllm"}, {}, "differs", "loaded acme/Ship"),
    "vLLM, another id under its own": ({"id": "acme/Ship", "root": "acme/Ship", "owned_by": "vllm"}, {}, "differs", "acme/Ship"),
    "vLLM, another id under the expected one": (
        {"id": EXPECTED, "root": "acme/Ship", "owned_by": "vllm"}, {}, "differs", "loaded acme/Ship",
    ),
    "SGLang, whose root is its name": (
        {"id": "acme/Ship", "root": "acme/Ship", "owned_by": "sglang"}, {}, "not checked", "operator",
    ),
    "a folder": ({"id": "chat", "root": "/models/thing", "owned_by": "vllm"}, {}, "not checked", "loaded from /models/thing"),
    "a name alone": ({"id": EXPECTED.lower()}, {}, "agrees", "a name proves nothing"),
    "llama.cpp, from a cache of the Hub": ({"id": "chat"}, {"model_path": CACHED}, "differs", "loaded acme/Thing-7B-Base"),
    "nothing": ({}, {}, "not checked", "not in the list"),
}  # fmt: skip


@pytest.mark.parametrize("case", LISTED)
def test_what_was_loaded(case: str) -> None:
    listed, props, outcome, said = LISTED[case]
    expectation = Expectation("x", EXPECTED, COMMIT, {}, "", {}, "", frozenset(), False, (), None, None, None)
    check = check_id(listed, props, expectation)
    assert (check.outcome, check.fault) == (outcome, "id" if outcome == "differs" else None)
    assert said in check.says


def test_a_folder_has_no_id() -> None:
    expectation = Expectation("x", None, None, {}, "", {}, "", frozenset(), False, (), None, None, None)
    assert check_id({"id": EXPECTED, "root": EXPECTED}, {}, expectation).outcome == "not checked"
