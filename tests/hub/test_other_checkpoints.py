"""Rules that look at another checkpoint ask the Hub for it, and are silent where they cannot."""

from __future__ import annotations

from conftest import Command
from hub.server import PAPERS, Fault, Hub


def card(front: str) -> bytes:
    return f"---\n{front}\n---\n# Thing\n".encode()


def rules(hub: Hub, modelcheck: Command, *words: str) -> set[str]:
    done = modelcheck("scan", "acme/tuned", "--format", "json", *words, env={"HF_ENDPOINT": hub.address})
    assert not done.json["errors"]
    return {found["rule"] for found in done.json["findings"]}


def test_a_base_model_that_is_not_there_is_named(hub: Hub, modelcheck: Command) -> None:
    hub.add("acme/tuned", PAPERS | {"README.md": card("license: mit\nbase_model: acme/gone")})
    assert "weights/base-not-found" in rules(hub, modelcheck)
    assert "weights/base-not-found" not in rules(hub, modelcheck, "--offline")
    hub.add("acme/gone", PAPERS)
    assert "weights/base-not-found" not in rules(hub, modelcheck)


def test_a_hub_that_fails_is_no_proof_that_a_model_is_gone(hub: Hub, modelcheck: Command) -> None:
    hub.add("acme/tuned", PAPERS | {"README.md": card("license: mit\nbase_model: acme/slow")})
    hub.add("acme/slow", PAPERS)
    hub.faults.append(Fault("acme/slow", 503))
    assert "weights/base-not-found" not in rules(hub, modelcheck)


def test_the_licence_is_compared_with_the_base_models_own_card(hub: Hub, modelcheck: Command) -> None:
    hub.add("acme/base", PAPERS | {"README.md": card("license: cc-by-nc-4.0")})
    hub.add("acme/tuned", PAPERS | {"README.md": card("license: apache-2.0\nbase_model: acme/base")})
    assert "card/license-differs-from-base" in rules(hub, modelcheck)
    hub.add("acme/tuned", PAPERS | {"README.md": card("license: cc-by-nc-4.0\nbase_model: acme/base")})
    assert "card/license-differs-from-base" not in rules(hub, modelcheck)
