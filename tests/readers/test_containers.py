"""Every format that holds containers × every way in which one gets its model: a table, each cell a folder on disk."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from modelcheck.config import Settings
from modelcheck.engine.run import Run
from modelcheck.facts.model_use import ModelUse
from modelcheck.testing.checking import installed

from conftest import write_tree

MODEL = "acme/Thing-7B-Instruct"
HOST = "/srv/models/Thing-7B-Instruct"
DEFAULT = "bigscience/bloom-560m"
TGI = "ghcr.io/huggingface/text-generation-inference:3"
VLLM = "vllm/vllm-openai:v0.9"
NIM = "nvcr.io/nim/meta/llama3-8b-instruct:1.0"
WAYS = ("flag", "environment", "mount", "default", "image")

# Way → the container and the volumes of a pod, as a manifest and a Helm template write them.
POD = {
    "flag": (f"      image: {TGI}\n      args:\n        - --model-id\n        - '{MODEL}'\n", ""),
    "environment": (f"      image: {TGI}\n      env:\n        - name: MODEL_ID\n          value: {MODEL}\n", ""),
    "mount": (
        f"      image: {VLLM}\n      args: [--model, /model]\n      volumeMounts:\n        - {{name: w, mountPath: /model}}\n",
        f"  volumes:\n    - name: w\n      hostPath:\n        path: {HOST}\n",
    ),
    "default": (f"      image: {TGI}\n", ""),
    "image": (
        (
            f'      image: "{NIM}"\n      env:\n        - name: NGC_API_KEY\n'
            "          valueFrom: {secretKeyRef: {name: ngc, key: key}}\n"
        ),
        "",
    ),
}

# Format → its file, and for each way what the container is written as.
FORMATS: dict[str, tuple[str, dict[str, str]]] = {
    "Compose": (
        "compose.yaml",
        {
            "flag": f"services:\n  llm:\n    image: {TGI}\n    command: --model-id {MODEL}\n",
            "environment": f"services:\n  llm:\n    image: {TGI}\n    environment:\n      - MODEL_ID={MODEL}\n",
            "mount": (
                f"services:\n  llm:\n    image: {VLLM}\n    command: [--model, /model]\n    volumes:\n      - {HOST}:/model:ro\n"
            ),
            "default": f"services:\n  llm:\n    image: {TGI}\n    ports: ['80:80']\n",
            "image": f"services:\n  llm:\n    image: {NIM}\n    environment:\n      NGC_API_KEY: ${{KEY}}\n",
        },
    ),
    "Kubernetes": (
        "deploy.yaml",
        {
            way: f"apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: llm\n{container}{volumes}"
            for way, (container, volumes) in POD.items()
        },
    ),
    "Helm template": (
        "chart/templates/pod.yaml",
        {
            way: (
                "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}-llm\nspec:\n  {{- if .Values.on }}\n"
                f"  containers:\n    - name: llm\n{container}  {{{{- end }}}}\n{volumes}"
            )
            for way, (container, volumes) in POD.items()
        },
    ),
    "Dockerfile": (
        "Dockerfile",
        {
            "flag": f'FROM {TGI}\nCMD ["--model-id", "{MODEL}"]\n',
            "environment": f"FROM {TGI}\nENV MODEL_ID={MODEL}\n",
            "image": f'FROM {NIM}\nCMD ["--port", "8000"]\n',
        },
    ),
    "docker run": (
        "run.sh",
        {
            "flag": f"docker run --gpus all {TGI} \\\n  --model-id {MODEL}\n",
            "environment": f"docker run -e MODEL_ID={MODEL} {TGI}\n",
            "mount": f"docker run -v {HOST}:/model {VLLM} --model /model\n",
            "default": f"docker run -p 80:80 -e HF_TOKEN {TGI}\n",
            "image": f"docker run -e NGC_API_KEY {NIM}\n",
        },
    ),
    "Quadlet": (
        "llm.container",
        {
            "flag": f"[Container]\nImage={TGI}\nExec=--model-id {MODEL}\n",
            "environment": f'[Container]\nImage={TGI}\nEnvironment=PORT=80 "MODEL_ID={MODEL}"\n',
            "mount": f"[Container]\nImage={VLLM}\nVolume={HOST}:/model:ro\nExec=--model /model\n",
            "default": f"[Container]\nImage={TGI}\nPublishPort=80:80\n",
            "image": f"[Container]\nImage={NIM}\nEnvironment=NGC_API_KEY=x\n",
        },
    ),
    "Nomad": (
        "llm.nomad",
        {
            way: f'job "x" {{\n  task "llm" {{\n    driver = "docker"\n    config {{\n{config}    }}\n{rest}  }}\n}}\n'
            for way, config, rest in (
                ("flag", f'      image = "{TGI}"\n      args = ["--model-id", "{MODEL}"]\n', ""),
                ("environment", f'      image = "{TGI}"\n', f'    env {{\n      MODEL_ID = "{MODEL}"\n    }}\n'),
                ("mount", f'      image = "{VLLM}"\n      args = ["--model", "/model"]\n      volumes = ["{HOST}:/model"]\n', ""),
                ("default", f'      image = "{TGI}"\n', ""),
                ("image", f'      image = "{NIM}"\n', ""),
            )
        },
    ),
    "Terraform": (
        "main.tf",
        {
            way: (
                f'resource "kubernetes_pod" "x" {{\n  spec {{\n    container {{\n      name = "llm"\n{container}    }}\n'
                f"{rest}  }}\n}}\n"
            )
            for way, container, rest in (
                ("flag", f'      image = "{TGI}"\n      args = ["--model-id", "{MODEL}"]\n', ""),
                (
                    "environment",
                    f'      image = "{TGI}"\n      env {{\n        name = "MODEL_ID"\n        value = "{MODEL}"\n      }}\n',
                    "",
                ),
                (
                    "mount",
                    (
                        f'      image = "{VLLM}"\n      args = ["--model", "/model"]\n'
                        '      volume_mount {\n        name = "w"\n        mount_path = "/model"\n      }\n'
                    ),
                    f'    volume {{\n      name = "w"\n      host_path {{\n        path = "{HOST}"\n      }}\n    }}\n',
                ),
                ("default", f'      image = "{TGI}"\n', ""),
                ("image", f'      image = "{NIM}"\n', ""),
            )
        },
    ),
}
# What a format cannot hold, and why.
NOT_THERE = {
    ("Dockerfile", "mount"): "a Dockerfile mounts nothing of a host's",
    ("Dockerfile", "default"): "whoever runs the image may set any variable",
}
EXPECTED = {
    "flag": (MODEL, False),
    "environment": (MODEL, False),
    "mount": (HOST, False),
    "default": (DEFAULT, True),
    "image": (NIM, False),
}


def uses_on_disk(folder: Path, path: str, text: str) -> list[ModelUse]:
    write_tree(folder, {path: textwrap.dedent(text)})
    run = Run(installed().registry, installed(), Settings(offline=True))
    report = run.scan([str(folder)])
    assert not report.errors
    return [reported.use for reported in report.uses]


def test_every_cell_is_in_the_table() -> None:
    written = {(name, way) for name, (_, cells) in FORMATS.items() for way in cells}
    assert written | NOT_THERE.keys() == {(name, way) for name in FORMATS for way in WAYS}
    assert not written & NOT_THERE.keys()


@pytest.mark.parametrize(
    ("format_", "way"),
    [(name, way) for name, (_, cells) in FORMATS.items() for way in cells],
    ids=lambda one: one.replace(" ", "-"),
)
def test_a_container_gets_its_model(format_: str, way: str, tmp_path: Path) -> None:
    path, cells = FORMATS[format_]
    (use,) = uses_on_disk(tmp_path / "tree", path, cells[way])
    assert (use.written, use.implied) == EXPECTED[way]
    assert use.purpose == ("chat" if way == "image" else "unknown")
    line = cells[way].splitlines()[(use.at.line or 0) - 1]
    assert (TGI if way == "default" else use.written) in line


# The default of an engine is assumed only where the environment is all there is; an image that is a model needs no more.
INCOMPLETE = {
    "Compose": ("compose.yaml", f"services:\n  llm:\n    image: {TGI}\n    env_file: secrets.env\n"),
    "Kubernetes, envFrom": (
        "deploy.yaml",
        f"apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: {TGI}\n    envFrom: [{{secretRef: {{name: x}}}}]\n",
    ),
    "Kubernetes, a Secret of that name": (
        "deploy.yaml",
        (
            f"apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: {TGI}\n    env:\n    - name: MODEL_ID\n"
            "      valueFrom: {secretKeyRef: {name: a, key: b}}\n"
        ),
    ),
    "Helm template": (
        "chart/templates/pod.yaml",
        f"spec:\n  containers:\n  - image: {TGI}\n    env:\n      {{{{- toYaml .Values.env | nindent 6 }}}}\n",
    ),
    "docker run, a file": ("run.sh", f"docker run --env-file x.env {TGI}\n"),
    "docker run, the shell's": ("run.sh", f"docker run -e MODEL_ID {TGI}\n"),
    "Quadlet": ("llm.container", f"[Container]\nImage={TGI}\nEnvironmentFile=/etc/llm.env\n"),
    "Dockerfile": ("Dockerfile", f'FROM {TGI}\nCMD ["--port", "80"]\n'),
    "Terraform": (
        "main.tf",
        f'resource "x" "y" {{\n  container {{\n    image = "{TGI}"\n    env {{\n      MODEL_ID = var.model\n    }}\n  }}\n}}\n',
    ),
}


@pytest.mark.parametrize("format_", INCOMPLETE)
def test_no_default_is_assumed_where_a_variable_may_be_set_elsewhere(format_: str, tmp_path: Path) -> None:
    found = uses_on_disk(tmp_path / "tree", *INCOMPLETE[format_])
    assert not [use for use in found if use.implied or use.model == DEFAULT]


def test_a_volume_without_a_path_names_no_model(tmp_path: Path) -> None:
    (use,) = uses_on_disk(tmp_path / "tree", "run.sh", f"docker run -v weights:/model {VLLM} --model /model\n")
    assert use.model == "/model"


def test_the_chart_s_own_values_fill_a_template_that_is_on_disk(tmp_path: Path) -> None:
    write_tree(tmp_path / "tree", {"chart/values.yaml": f"x: true\nllm:\n  model: {MODEL}\n"})
    text = (
        f"apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: {VLLM}\n    args:\n    {{{{- if .Values.x }}}}\n"
        "    - --model={{ .Values.llm.model }}\n    {{- end }}\n    - --tool-call-parser=hermes\n"
    )
    found = uses_on_disk(tmp_path / "tree", "chart/templates/deployment.yaml", text)
    assert [(use.model, use.purpose, use.at.line) for use in found] == [(MODEL, "chat", 3)]
    assert [use.used_at and use.used_at.line for use in found] == [8]
