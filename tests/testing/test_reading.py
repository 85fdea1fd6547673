"""``read_uses``: what every reader finds, and an AssertionError where no reader looked."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from modelcheck.testing.reading import read_uses

from testing.pack import installed_pack

COMPOSE = "services:\n  a:\n    image: vllm/vllm-openai\n    command: --model acme/x-base\n"


@pytest.fixture(scope="module", autouse=True)
def _pack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with installed_pack(tmp_path_factory.mktemp("site")):
        yield


def test_a_readers_uses_are_those_of_all_readers() -> None:
    files = {"a.models": "model: acme/mini\nother: 1\n", "compose.yaml": COMPOSE}
    assert [(one.model, one.format, str(one.at)) for one in read_uses(files)] == [
        ("acme/mini", "models", "a.models:1"),
        ("acme/x-base", "docker-compose/vllm", "compose.yaml:4:22"),
    ]
    assert [one.model for one in read_uses(files, "a.models")] == ["acme/mini"]


def test_one_file_may_be_a_text_and_may_use_nothing() -> None:
    for reader in ("kitpack/models", sys.modules["kitpack.models"].models):
        assert [one.purpose for one in read_uses("model: acme/mini\n", "x/a.models", reader=reader)] == ["chat"]
    assert read_uses(b"# model: none yet\n", "a.models", reader="kitpack/models") == []


VACUOUS = {
    "no reader": (lambda: read_uses("x", "a.unknown"), "no reader takes a.unknown"),
    "no files": (lambda: read_uses({}), "no reader takes no file"),
    "no such file": (lambda: read_uses({"a.models": ""}, "b.models"), "no file 'b.models' among a.models"),
    "no mention": (lambda: read_uses("nothing", "a.models"), "no reader takes a.models"),
    "another reader": (
        lambda: read_uses(COMPOSE, "compose.yaml", reader="kitpack/models"),
        r"kitpack/models does not take compose.yaml: it declares files=\('\*.models',\)",
    ),
    "a crash": (lambda: read_uses("model: crash\n", "a.models"), "KeyError: 'crash'"),
    "invalid YAML": (lambda: read_uses("services: [vllm\n", "compose.yaml"), "compose.yaml"),
    "not text": (lambda: read_uses(b"model: \0", "a.models"), "NUL"),
}


@pytest.mark.parametrize("case", VACUOUS)
def test_nothing_passes_without_being_read(case: str) -> None:
    work, reason = VACUOUS[case]
    with pytest.raises(AssertionError, match=reason):
        work()


def test_mistakes_in_the_call_are_told() -> None:
    with pytest.raises(TypeError, match="needs the path"):
        read_uses("model: a/b\n")
    with pytest.raises(LookupError, match="did you mean 'kitpack/models'"):
        read_uses("model: a/b\n", "a.models", reader="kitpack/model")
