"""Compose files on disk, with the environment files next to them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from modelcheck.documents.yamlfile import parse_yaml
from modelcheck.facts.model_use import ModelUse
from modelcheck.readers import NeighbourFiles
from modelcheck.readers.formats.docker_compose import docker_compose
from modelcheck.sources.folder import FolderSource

from conftest import write_tree

SERVICE = "services:\n  llm:\n    image: vllm/vllm-openai:${TAG:-v0.9}\n    command: --model ${MODEL:-a/default} --port 80\n"


def uses(folder: Path, text: str, others: Mapping[str, str]) -> list[ModelUse]:
    write_tree(folder, {"deploy/compose.yaml": text, **others})
    tree = FolderSource(folder, boundary=folder)
    return list(docker_compose(parse_yaml("deploy/compose.yaml", text.encode()), NeighbourFiles(tree, "deploy")))


@pytest.mark.parametrize(
    ("others", "model", "file", "line"),
    [
        ({}, "a/default", "compose.yaml", 4),
        ({"deploy/.env": "# ours\nMODEL=a/b\n"}, "a/b", ".env", 2),
        ({"deploy/.env.example": "MODEL=a/example\n"}, "a/example", "compose.yaml", 4),  # which nobody deploys
        ({"deploy/.env": "MODEL=a/b\n", "deploy/.env.example": "MODEL=a/example\n"}, "a/b", ".env", 1),
        ({".env": "MODEL=a/above\n"}, "a/default", "compose.yaml", 4),
    ],
)
def test_compose_s_own_variables_are_found_where_they_are_set(
    others: Mapping[str, str], model: str, file: str, line: int, tmp_path: Path
) -> None:
    (use,) = uses(tmp_path, SERVICE, others)
    assert (use.model, Path(use.at.path).name, use.at.line, use.format) == (model, file, line, "docker-compose/vllm")
    assert file == "compose.yaml" or (use.used_at and (use.used_at.path, use.used_at.line) == ("deploy/compose.yaml", 4))


def test_an_environment_file_above_is_found_and_one_outside_of_the_tree_is_not(tmp_path: Path) -> None:
    text = "services:\n  llm:\n    image: ghcr.io/huggingface/text-generation-inference\n    env_file: {}\n"
    write_tree(tmp_path, {"outside.env": "MODEL_ID=out/side\n"})
    inside = uses(tmp_path / "tree", text.format("../llm.env"), {"llm.env": "MODEL_ID=a/b\n"})
    assert [(use.model, Path(use.at.path).name, use.at.line) for use in inside] == [("a/b", "llm.env", 1)]
    assert [use.used_at and (use.used_at.path, use.used_at.line) for use in inside] == [("deploy/compose.yaml", 3)]
    assert not uses(tmp_path / "tree", text.format("../../outside.env"), {})


def test_a_chat_client_that_points_at_a_service_is_a_chat_cue_of_that_service(tmp_path: Path) -> None:
    text = (
        "services:\n  llm:\n    image: vllm/vllm-openai\n    command: --model a/b\n"
        "  other:\n    image: vllm/vllm-openai\n    command: --model c/d\n"
        "  page:\n    image: ghcr.io/open-webui/open-webui\n    environment:\n      OPENAI_API_BASE_URL: http://llm:8000/v1\n"
    )
    found = uses(tmp_path, text, {})
    assert [(use.model, use.purpose, use.because) for use in found] == [
        ("a/b", "chat", ("the chat client page points at it",)),
        ("c/d", "unknown", ()),
    ]
