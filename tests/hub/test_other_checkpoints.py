"""Rules that look at another checkpoint ask the Hub for it, and are silent where they cannot."""

from __future__ import annotations

import time
from itertools import permutations

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


def test_models_that_name_each_other_as_base_are_judged_at_once_and_alike_in_any_order(hub: Hub, modelcheck: Command) -> None:
    adapter = b'{"peft_type": "LORA", "base_model_name_or_path": "acme/%s"}'
    around = {"one": "two", "two": "three", "three": "one"}
    for name, base in around.items():
        hub.add(f"acme/{name}", {"adapter_config.json": adapter % base.encode(), "README.md": card(f"base_model: acme/{base}")})
    hub.repos["acme/two"].revisions["main"] |= {"README.md": card("tags: [sft]\nbase_model: acme/three")}  # type: ignore[operator]
    hub.latency = 0.1  # so that each is asked for while the others are
    found = []
    for order in permutations(f"acme/{name}" for name in around):
        for jobs in ("1", "8"):
            started = time.monotonic()
            done = modelcheck("scan", *order, "--jobs", jobs, "--format", "json", env={"HF_ENDPOINT": hub.address})
            assert time.monotonic() - started < 40
            assert not done.json["errors"]
            found.append({one["target"]: one["verdict"] for one in done.json["checkpoints"]})
    assert len(found[0]) == 3
    assert all(one == found[0] for one in found)


def test_a_model_is_no_evidence_for_itself_by_way_of_another(hub: Hub, modelcheck: Command) -> None:
    def verdict(base: str) -> tuple[str, float]:
        hub.add("acme/one", PAPERS | {"README.md": card(f"tags: [sft]\nbase_model: acme/{base}")})
        done = modelcheck("scan", "acme/one", "--format", "json", env={"HF_ENDPOINT": hub.address})
        found = done.json["checkpoints"][0]["verdict"]
        return found["label"], found["p_instruct"]

    hub.add("acme/back", PAPERS | {"README.md": card("base_model: acme/one")})
    hub.add("acme/silent", PAPERS | {"README.md": card("license: mit")})
    assert verdict("back") == verdict("silent")
