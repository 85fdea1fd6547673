"""Data sets of a Hub: which files of them are data, and what cannot be read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from modelcheck.compare.hub_data import SCHEME

from conftest import Command
from hub.server import Hub, running_hub

ROW = '{"prompt": "Question %d?", "completion": "Answer."}\n'
PAIR = ("nowhere/a", "nowhere/b")


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running_hub() as made:
        rows = "".join(ROW % number for number in range(40))
        made.add(
            "datasets/acme/chats", {"README.md": "x", "data/train.jsonl": rows, "data/test.jsonl": "{", "dataset_infos.json": "{}"}
        )
        made.add("datasets/acme/pictures", {"a.png": "x"})
        yield made


CASES = {
    "the training part": ("hf://datasets/acme/chats", "nowhere/a"),
    "a file of it": ("hf://datasets/acme/chats@main/data/train.jsonl", "nowhere/a"),
    "a broken file of it": ("hf://datasets/acme/chats/data/test.jsonl", "no row is a conversation with an answer"),
    "no data": ("hf://datasets/acme/pictures", "it has no data file"),
    "one that does not exist": ("hf://datasets/acme/none", "hf://datasets/acme/none: "),
    "a file that does not exist": ("hf://datasets/acme/chats/none.jsonl", "404"),
    "another form": (f"{SCHEME}chats", "is written hf://datasets/owner/name"),
    "a model": ("hf://acme/chats", "is written hf://datasets/owner/name"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_data_set(name: str, hub: Hub, modelcheck: Command) -> None:
    """The starts do not exist: that is told last, once the data have been read."""
    data, why = CASES[name]
    done = modelcheck("compare", *PAIR, "--data", data, env={"HF_ENDPOINT": hub.address})
    assert done.code in (2, 4)
    assert why in done.err
    assert "Traceback" not in done.err


def test_offline_only_a_file_can_be_named(hub: Hub, modelcheck: Command) -> None:
    env = {"HF_ENDPOINT": hub.address}
    done = modelcheck("compare", *PAIR, "--data", "hf://datasets/acme/chats", "--offline", env=env)
    assert (done.code, "name a file of the data set" in done.err) == (2, True)
    file = "hf://datasets/acme/chats/data/train.jsonl"
    assert "nowhere/a" not in modelcheck("compare", *PAIR, "--data", file, "--offline", env=env).err
    assert "nowhere/a" in modelcheck("compare", *PAIR, "--data", file, env=env).err
    assert "nowhere/a" in modelcheck("compare", *PAIR, "--data", file, "--offline", env=env).err, "it is in the cache now"
