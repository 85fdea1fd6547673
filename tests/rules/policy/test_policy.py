"""Lists of approved models and allowed licenses, by the files that people have."""

from __future__ import annotations

import pytest
from modelcheck.testing import check

from rules.cases import dumps

COMMIT = "0123456789abcdef0123456789abcdef01234567"
APPROVED = ("acme/*-Instruct", "other/One", f"pinned/One@{COMMIT}", "pinned/Two@v1", "pinned/Two@v2")
MODELS = {
    "acme/Thing-7B-Instruct": True,
    "ACME/thing-7b-instruct": True,
    "acme/Thing-7B-Instruct --revision main": True,
    "acme/Thing-7B": False,
    "notacme/Thing-7B-Instruct": False,
    "other/One": True,
    "other/One-2": False,
    f"pinned/One --revision {COMMIT}": True,
    "pinned/One": False,
    "pinned/One --revision main": False,
    "pinned/Two --revision v2": True,
    f"other/Two --revision {COMMIT}": False,
    "./models/thing": True,
    "other/One --lora-modules x=other/lora": False,
    "other/One --enable-lora --lora-modules x=acme/lora-Instruct": True,
    "other/One --tokenizer other/Two": False,
    "other/One --tokenizer ./tokenizer": True,
}


@pytest.mark.parametrize("model", MODELS)
def test_approved_models(model: str) -> None:
    files = {"run.sh": f"vllm serve {model}\n"}
    found = check("policy/model-not-approved", files, options={"approved": APPROVED}, may_skip=model.startswith("."))
    assert not found if MODELS[model] else [one.finding.at.line for one in found if one.finding.at] == [1]
    assert not check("policy/model-not-approved", files, options={}, may_skip=model.startswith("."))


def test_a_pinned_model_without_its_revision_is_told_which_one_is_approved() -> None:
    (one,) = check(
        "policy/model-not-approved", {"run.sh": "vllm serve pinned/Two --revision main\n"}, options={"approved": APPROVED}
    )
    assert one.finding.message == "pinned/Two at main is not an approved model; approved is the revision v1 or v2"


CARDS = {
    "license: mit": None,
    "license: MIT": None,
    "license: [mit, apache-2.0]": None,
    "license: [mit, gpl-3.0]": "is licensed under gpl-3.0, which the policy does not allow",
    "license: llama3.1": None,
    "license: llama2": "is licensed under llama2",
    "license: other\nlicense_name: acme-free": None,
    "license: other\nlicense_name: acme-paid": "is licensed under acme-paid",
    "license: other": "is licensed under other",
    "license:": "states no license (allowed: mit, ",
    "license: {a: b}": "states no license",
    "license: 1": "states no license",
    "language: en": "states no license",
}
ALLOWED = {"allowed": ("mit", "apache-2.0", "llama3*", "acme-free")}


@pytest.mark.parametrize("card", CARDS)
def test_licenses_of_checkpoints_and_of_what_is_used(card: str) -> None:
    wanted = CARDS[card]
    model = {"config.json": dumps(model_type="llama"), "README.md": f"---\n{card}\n---\nA model.\n"}
    tree = {"run.sh": "vllm serve ./thing\n", **{f"thing/{path}": text for path, text in model.items()}}
    for rule, files, where in (
        ("policy/license-not-allowed", model, "README.md"),
        ("policy/used-license-not-allowed", tree, "run.sh"),
    ):
        found = check(rule, files, options=ALLOWED)
        assert [one.finding.at.path for one in found if one.finding.at] == ([where] if wanted else [])
        assert not wanted or wanted in found[0].finding.message
        assert not check(rule, files, options={"allowed": ()})


def test_a_checkpoint_without_a_card_states_no_license() -> None:
    (one,) = check("policy/license-not-allowed", {"config.json": dumps(model_type="llama")}, options=ALLOWED)
    assert one.finding.message.startswith("the checkpoint has no model card, so it states no license")


def test_a_used_folder_without_a_card_states_no_license() -> None:
    files = {"run.sh": "vllm serve ./thing\n", "thing/config.json": dumps(model_type="llama")}
    (one,) = check("policy/used-license-not-allowed", files, options=ALLOWED)
    assert one.finding.message.endswith("has no model card, so it states no license")


def test_what_a_run_publishes_is_not_used() -> None:
    files = {
        "run.yml": "base_model: acme/A-Instruct\nhub_model_id: new/Model\nsequence_len: 1\ndatasets:\n- path: a/b\n  type: alpaca\n"
    }
    assert not check("policy/model-not-approved", files, options={"approved": APPROVED})
