"""Compose projects of several files, on disk and through the command."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from readers.assembly.trees import Told, report_of, unresolved_of, uses_of

TGI = "    image: ghcr.io/huggingface/text-generation-inference:3.0\n"
VLLM = "    image: vllm/vllm-openai:v0.9\n"
PAGE = "  page:\n    image: ghcr.io/open-webui/open-webui\n    environment:\n      OPENAI_API_BASE_URL: http://llm:80/v1\n"
TOOLS = "--enable-auto-tool-choice --tool-call-parser hermes"

PROJECTS: dict[str, tuple[Mapping[str, str], set[Told]]] = {
    "an override sets the variable in the other form": (
        {
            "docker-compose.yml": f"services:\n  llm:\n{TGI}    environment:\n      MODEL_ID: acme/Ivy-7b-chat\n{PAGE}",
            "docker-compose.override.yml": "services:\n  llm:\n    environment:\n      - MODEL_ID=acme/Ivy-7b\n",
        },
        {("docker-compose.yml", 5, "acme/Ivy-7b-chat", "chat"), ("docker-compose.override.yml", 4, "acme/Ivy-7b", "chat")},
    ),
    "an override replaces the command": (
        {
            "compose.yaml": f"services:\n  llm:\n{VLLM}    command: --model acme/Ivy-7b\n",
            "compose.override.yaml": f"services:\n  llm:\n    command:\n      --model acme/Oak-9b\n      {TOOLS}\n",
        },
        {("compose.yaml", 4, "acme/Ivy-7b", "unknown"), ("compose.override.yaml", 4, "acme/Oak-9b", "chat")},
    ),
    "a further file completes a service, another stands alone": (
        {
            "compose.yaml": f"services:\n  llm:\n{VLLM}    command: --model acme/Ivy-7b\n",
            "compose.prod.yaml": f"services:\n  llm:\n    command: --model acme/Oak-70b {TOOLS}\n",
            "compose.cpu.yaml": "services:\n  llm:\n    image: ollama/ollama\n",
        },
        {("compose.yaml", 4, "acme/Ivy-7b", "unknown"), ("compose.prod.yaml", 3, "acme/Oak-70b", "chat")},
    ),
    "extends twice, over two folders": (
        {
            "compose.yaml": "services:\n  me:\n    extends: {file: a/vllm.yaml, service: x}\n    environment: {W: acme/Ivy-7b}\n",
            "a/vllm.yaml": f"services:\n  plain:\n{VLLM}  x:\n    extends: plain\n    command: --model $$W {TOOLS}\n",
        },
        {("compose.yaml", 4, "acme/Ivy-7b", "chat")},
    ),
    "an extended service's environment file is beside its own file": (
        {
            "compose.yaml": "services:\n  llm:\n    extends: {file: shared/tgi.yaml, service: tgi}\n",
            "shared/tgi.yaml": f"services:\n  tgi:\n{TGI}    env_file: tgi.env\n",
            "shared/tgi.env": "MODEL_ID=acme/Ivy-7b\nMESSAGES_API_ENABLED=true\n",
        },
        {("shared/tgi.env", 1, "acme/Ivy-7b", "chat")},
    ),
    "include, with the included folder's own variables": (
        {
            "compose.yaml": f"include:\n  - path: [llm/compose.yaml, llm/more.yaml]\nservices:\n{PAGE}",
            "llm/compose.yaml": f"services:\n  llm:\n{VLLM}    command: --model ${{WEIGHTS}}\n",
            "llm/more.yaml": "services:\n  llm:\n    ipc: host\n",
            "llm/.env": "WEIGHTS=acme/Ivy-7b\n",
        },
        {("llm/.env", 1, "acme/Ivy-7b", "chat")},
    ),
    "!reset takes a command away": (
        {
            "compose.yaml": f"services:\n  llm:\n{VLLM}    command: --model acme/Ivy-7b\n",
            "compose.override.yaml": "services:\n  llm:\n    command: !reset null\n    environment: [VLLM_LOGGING_LEVEL=DEBUG]\n",
        },
        {("compose.yaml", 4, "acme/Ivy-7b", "unknown")},
    ),
    "a service without an image, by its flags": (
        {"compose.yaml": f"services:\n  llm:\n    build: ./serving\n    command: --model acme/Ivy-7b {TOOLS}\n"},
        {("compose.yaml", 4, "acme/Ivy-7b", "chat")},
    ),
    "flags of no engine": (
        {"compose.yaml": "services:\n  app:\n    build: .\n    command: --model acme/Ivy-7b --frobnicate yes\n"},
        set(),
    ),
}


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project_of_several_files(name: str, tmp_path: Path) -> None:
    files, expected = PROJECTS[name]
    assert uses_of(tmp_path, files) == expected


def test_the_file_that_uses_a_model_is_named(tmp_path: Path) -> None:
    files, _ = PROJECTS["an extended service's environment file is beside its own file"]
    (use,) = report_of(tmp_path, files)["uses"]
    assert use["used_at"]["path"].endswith("shared/tgi.yaml")


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"compose.yaml": "services:\n  a:\n    extends: b\n  b:\n    extends: a\n"}, "3: the service a extends itself"),
        (
            {"compose.yaml": "services:\n  a:\n    extends: {file: no.yaml, service: b}\n"},
            "3: no.yaml is not in the scanned folder",
        ),
        (
            {"compose.yaml": "services:\n  a:\n    extends: {file: ../x.yaml, service: b}\n"},
            "3: ../x.yaml leads out of the scanned folder",
        ),
        ({"compose.yaml": "services:\n  a:\n    extends: b\n"}, "3: the service b that a extends is missing"),
        ({"compose.yaml": "include: [compose.yaml]\n"}, "1: compose.yaml includes itself"),
        ({"compose.yaml": "include: [b.yaml]\n", "b.yaml": "include: [compose.yaml]\n"}, "1: compose.yaml includes itself"),
        ({"compose.yaml": "include: ['oci://hub/app:1']\n"}, "1: oci://hub/app:1 is not on this machine"),
        ({"compose.yaml": "include: ['${WHERE}/x.yaml']\n"}, "1: ${WHERE}/x.yaml has a variable in its path"),
        ({"compose.yaml": "include: [b.yaml]\n", "b.yaml": "a: [\n"}, "1: b.yaml is not valid YAML"),
    ],
)
def test_what_cannot_be_followed_is_told_and_the_rest_is_read(files: Mapping[str, str], reason: str, tmp_path: Path) -> None:
    whole = {**files, "other/compose.yaml": f"services:\n  llm:\n{VLLM}    command: --model acme/Ivy-7b\n"}
    report = report_of(tmp_path, whole)
    assert reason in unresolved_of(report)
    assert [use["model"] for use in report["uses"]] == ["acme/Ivy-7b"]


def test_a_thousand_overlays_and_a_chain_of_includes_are_bounded(tmp_path: Path) -> None:
    base = f"services:\n  llm:\n{VLLM}    command: --model acme/Ivy-7b\n"
    overlays = {f"compose.n{n}.yaml": f"services:\n  llm:\n    command: --model acme/Oak-{n}b\n" for n in range(1000)}
    chain = {f"chain/{n}.yaml": f"include: [{n + 1}.yaml, {n + 1}.yaml]\n" for n in range(40)}
    found = uses_of(tmp_path, {"compose.yaml": base, **overlays, **chain})
    assert ("compose.yaml", 4, "acme/Ivy-7b", "unknown") in found and len(found) == 21
