"""``modelcheck fleet policy``: what the settings make an error, in a store of checkpoints and deployments."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from modelcheck.fleet.policy import Breach
from modelcheck.fleet.policy_text import as_json, as_text
from modelcheck.fleet.schema import APPLICATION, MIGRATIONS

from conftest import write_tree
from fleet.conftest import Fleet, model, rows
from hub.server import Hub

LICENSES = '[rules."policy/license-not-allowed"]\nallowed = ["mit", "apache*"]\n'
MODELS = '[rules."policy/model-not-approved"]\napproved = ["acme/*-Instruct"]\n'
USED = '[rules."policy/used-license-not-allowed"]\nallowed = ["mit"]\n'
PICKLES = '[rules."security/pickle-only"]\nseverity = "error"\n'
FINE = "vllm serve acme/Fine-1B-Instruct --tool-call-parser hermes\n"
BASE = "vllm serve acme/Fine-1B-Base --tool-call-parser hermes\n"


@pytest.fixture
def scanned(hub: Hub, fleet: Fleet, tmp_path: Path) -> Path:
    model(hub, "acme/Fine-1B-Instruct")
    model(hub, "acme/Fine-1B-Base", "Apache-2.0")
    model(hub, "acme/Paid-1B-Instruct", "other\nlicense_name: acme-paid")
    model(hub, "acme/Pickled-1B-Base", **{"pytorch_model.bin": "x"})
    write_tree(tmp_path / "deploy", {"run.sh": FINE, "base.sh": BASE, "paid.sh": FINE.replace("Fine", "Paid")})
    return tmp_path


def scan(fleet: Fleet, folder: Path, settings: str) -> None:
    (folder / "modelcheck.toml").write_text(settings)
    for words in (("--author", "acme"), ("deploy",)):
        done = fleet("scan", *words)
        assert done.code == 0, done.err


def broken(fleet: Fleet, *words: str) -> set[tuple[str, str]]:
    done = fleet("policy", "--format", "json", *words)
    found = {(one["rule"].partition("/")[2], f"{one['where'].partition(':')[0]} {one['model']}".strip()) for one in done.json}
    assert done.code == int(bool(found))
    return found


CHAT = ("base-weights-behind-chat", "base.sh acme/Fine-1B-Base")
POLICIES = {
    "none but the errors of every scan": ("", {CHAT}),
    "licenses of checkpoints": (LICENSES, {CHAT, ("license-not-allowed", "acme/Paid-1B-Instruct")}),
    "approved models": (MODELS, {CHAT, ("model-not-approved", "base.sh acme/Fine-1B-Base")}),
    "licenses of used models": (
        USED,
        {
            CHAT,
            ("used-license-not-allowed", "base.sh acme/Fine-1B-Base"),
            ("used-license-not-allowed", "paid.sh acme/Paid-1B-Instruct"),
        },
    ),
    "no pickles": (PICKLES, {CHAT, ("pickle-only", "acme/Pickled-1B-Base")}),
    "a base model may chat": ('[rules."deploy/base-weights-behind-chat"]\nseverity = "note"\n', set()),
}


@pytest.mark.parametrize("what", POLICIES)
def test_the_policy_is_what_the_settings_make_an_error(what: str, scanned: Path, fleet: Fleet) -> None:
    settings, wanted = POLICIES[what]
    scan(fleet, scanned, settings)
    assert broken(fleet) == wanted
    assert not broken(fleet, "--select", "card")
    assert broken(fleet, "--select", "policy,security") == {one for one in wanted if one is not CHAT}


def test_the_text_names_place_rule_and_reason(scanned: Path, fleet: Fleet) -> None:
    scan(fleet, scanned, LICENSES.replace('"apache*"', '"llama3"'))
    done = fleet("policy", "--select", "policy")
    allowed = "which the policy does not allow (allowed: mit, llama3) (used in 1 place)"
    begins = "policy/license-not-allowed: the checkpoint is licensed under"
    assert done.out.splitlines() == [
        f"acme/Fine-1B-Base: {begins} Apache-2.0, {allowed}",
        f"acme/Paid-1B-Instruct: {begins} acme-paid, {allowed}",
        "",
        "2 checkpoints break the policy",
    ]
    assert (done.code, done.err) == (1, "")
    markdown = fleet("policy", "--select", "policy", "--format", "markdown").out
    assert markdown.startswith("- `acme/Fine-1B-Base`: `policy/license-not-allowed`: the checkpoint is licensed")
    unknown = fleet("policy", "--select", "polcy")
    assert (unknown.code, "did you mean 'policy'?" in unknown.err) == (2, True)
    nothing = fleet("policy", "--select", "weights")
    assert (nothing.code, nothing.out) == (0, "nothing breaks the policy\n")


def test_other_settings_are_told(scanned: Path, fleet: Fleet) -> None:
    scan(fleet, scanned, "")
    assert fleet("policy").err == ""
    (scanned / "modelcheck.toml").write_text(MODELS)
    told = fleet("policy")
    assert "7 results are by other settings or another version: modelcheck fleet scan judges again" in told.out
    assert fleet("policy", "--select", "card").code == 4, "nothing is found, and nothing is known"
    assert "7 results are by other settings" in fleet("policy", "--format", "json").err
    scan(fleet, scanned, MODELS)
    assert fleet("policy").err == ""


def test_only_what_is_new(scanned: Path, fleet: Fleet, hub: Hub) -> None:
    scan(fleet, scanned, LICENSES)
    assert broken(fleet, "--new") == broken(fleet), "after the first scan all is new"
    (scanned / "deploy/base.sh").write_text(f"# a line more\n{BASE}")
    model(hub, "acme/Fine-1B-Instruct", "cc-by-nc-4.0")
    scan(fleet, scanned, LICENSES)
    assert broken(fleet, "--new") == {("license-not-allowed", "acme/Fine-1B-Instruct")}
    scan(fleet, scanned, LICENSES)
    assert not broken(fleet, "--new")


def test_a_store_of_the_first_version_becomes_a_present_one(scanned: Path, fleet: Fleet) -> None:
    path = scanned / "fleet.sqlite"
    with sqlite3.connect(path) as db:
        db.executescript(MIGRATIONS[0])
        db.execute(f"PRAGMA application_id = {APPLICATION}")
        db.execute("PRAGMA user_version = 1")
    db.close()
    old = fleet("policy")
    assert (old.code, "`modelcheck fleet scan --store fleet.sqlite` brings it up to date" in old.err) == (2, True)
    assert fleet("list").code == 0
    scan(fleet, scanned, LICENSES)
    assert len(broken(fleet)) == 2
    assert rows(path, "SELECT count(*) FROM fleet WHERE broken = '{}'") == [(3,)]


def test_strangers_texts_do_no_harm() -> None:
    one = Breach("policy/x", "a/\x1b[31mb|`c`\n# d", "", "m", "under <script>, *x* \x1b]0;t\x07", 2)
    assert "\x1b" not in as_text([one]) + as_text([one], markdown=True) + as_json([one])
    assert "<script>" not in as_text([one], markdown=True)
    assert as_text([one]).count("\n") == 2
