"""``scan URL --expect ID@REVISION``: what is expected is fetched from the Hub, at the revision that is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conftest import Command
from hub.server import Hub, Repo, fixture_files
from served.engine import SPECIAL, Engine, checkpoint, running

ID = "model id"


@pytest.fixture
def older(tmp_path: Path) -> Path:
    return checkpoint(tmp_path / "older", special=(*SPECIAL, "xq7 unused", "zq8 unused"))


@pytest.fixture
def repo(hub: Hub, older: Path, tmp_path: Path) -> Repo:
    newer = checkpoint(tmp_path / "newer", special=(*SPECIAL, "<|call|>", "<|result|>"))
    made = hub.add("acme/thing", {path.name: path.read_bytes() for path in newer.iterdir()})
    made.revisions["v1"] = {path.name: path.read_bytes() for path in older.iterdir()}
    return made


def compared(modelcheck: Command, hub: Hub, engine: Engine, expected: str) -> tuple[dict[str, Any], list[str], str]:
    """The checks by name, the rules that found something, and the revision that was expected."""
    with running(engine) as address:
        words = ("scan", address, "--expect", expected, "--select", "served", "--format", "json")
        done = modelcheck(*words, env={"HF_ENDPOINT": hub.address})
    assert not done.json["errors"], done.json["errors"]
    identity = done.json["checkpoints"][0]["served_identity"]
    checks = {check["name"]: check for check in identity["checks"]}
    return checks, [found["rule"] for found in done.json["findings"]], identity["revision"]


def test_the_revision_that_is_served_agrees(hub: Hub, repo: Repo, older: Path, modelcheck: Command) -> None:
    checks, rules, revision = compared(modelcheck, hub, Engine(older), "acme/thing@v1")
    assert (rules, revision) == ([], repo.commit("v1"))
    assert checks["token counts of texts"]["outcome"] == checks["token counts of conversations"]["outcome"] == "agrees"
    assert not any("safetensors" in asked for asked in hub.asked())
    assert len(hub.asked()) <= 6, hub.asked()


def test_another_revision_differs(hub: Hub, repo: Repo, older: Path, modelcheck: Command) -> None:
    _, rules, revision = compared(modelcheck, hub, Engine(older), "acme/thing")
    assert (rules, revision) == (["served/added-tokens-missing"], repo.commit("main"))


@pytest.mark.parametrize(
    ("root", "rules", "says"),
    [
        ("acme/thing", [], "loaded acme/thing"),
        ("acme/other", ["served/another-id"], "loaded acme/other"),
        ("/cache/hub/models--acme--thing/snapshots/{commit}", [], "loaded acme/thing at {commit:.12}"),
        ("/cache/hub/models--acme--thing/snapshots/" + "0" * 40, [], "at 000000000000, where {commit:.12} is expected"),
        ("C:\\hub\\models--acme--other--7b\\snapshots\\" + "0" * 40, ["served/another-id"], "loaded acme/other--7b"),
        ("/models/thing", [], "a name that its operator chooses; loaded from /models/thing"),
    ],
)
def test_what_the_server_says_that_it_loaded_is_compared(
    root: str, rules: list[str], says: str, hub: Hub, repo: Repo, older: Path, modelcheck: Command
) -> None:
    commit = repo.commit("v1")
    checks, found, _ = compared(modelcheck, hub, Engine(older, root=root.format(commit=commit)), "acme/thing@v1")
    assert found == rules
    assert says.format(commit=commit) in checks[ID]["says"]


def test_what_the_hub_does_not_have_is_an_error(hub: Hub, repo: Repo, older: Path, modelcheck: Command) -> None:
    with running(Engine(older)) as address:
        words = ("scan", address, "--select", "served", "--format", "json", "--expect")
        for expected in ("acme/thing@nowhere", "acme/nothing"):
            done = modelcheck(*words, expected, env={"HF_ENDPOINT": hub.address})
            assert done.code == 4
            assert "--expect" in done.json["errors"][0]["message"]


@pytest.mark.slow
def test_the_weights_of_a_hub_id_are_fetched_and_run_if_that_is_allowed(hub: Hub, modelcheck: Command) -> None:
    hub.add("acme/tiny", fixture_files("tiny-base"))
    folder = Path(__file__).parents[2] / "fixtures/tiny-base"
    engine = Engine(folder, chats=False, likely=lambda *_: {"top_logprobs": [{"never": -0.1, "ever": -3.0}]})
    with running(engine) as address:
        words = ("scan", address, "--expect", "acme/tiny", "--probe", "--select", "served", "--format", "json")
        done = modelcheck(*words, env={"HF_ENDPOINT": hub.address}, timeout=300)
    assert not done.json["errors"], done.json["errors"]
    said = {check["name"]: check["says"] for check in done.json["checkpoints"][0]["served_identity"]["checks"]}
    assert "after 8 of 8 prompts they are other tokens" in said["likeliest first tokens"]
    assert [found["rule"] for found in done.json["findings"]] == ["served/another-model"]
    assert any("model.safetensors" in asked for asked in hub.asked())
