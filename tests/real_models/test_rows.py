"""On real models whose control rows tell nothing, nothing is said of them."""

from __future__ import annotations

import pytest

from conftest import Command
from tools.real_models.fetch import path_of

# Read before the tests' own environment hides the user's folders.
PATHS = {name: path_of(name) for name in ("instruct", "base")}
pytestmark = pytest.mark.real_models


@pytest.mark.parametrize("name", PATHS)
def test_rows_that_tell_nothing_are_silent(name: str, modelcheck: Command) -> None:
    if not PATHS[name].is_file():
        pytest.skip("python tests/tools/real_models/fetch.py fetches it")
    done = modelcheck("scan", PATHS[name].parent, "--offline", "--budget", "weights", "--format", "json", "-v")
    (checkpoint,) = done.json["checkpoints"]
    assert not [one for one in checkpoint["verdict"]["evidence"] if one["group"] == "weights"]
    (why,) = (one["reason"] for one in checkpoint["skipped"] if one["rule"] == "weights/turn-end-untrained")
    assert why == "the rows of unused tokens are not close enough to each other to compare with"
    assert checkpoint["verdict"]["label"] in (name, "unknown"), "by its metadata alone"
    assert not done.json["findings"]  # llama.cpp loads both: their headers and tensors agree
