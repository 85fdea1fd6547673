"""What a kustomization builds, on disk and through the command."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from readers.assembly.trees import Told, report_of, unresolved_of, uses_of

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: writer}
spec:
  template:
    spec:
      containers:
        - name: server
          image: vllm/vllm-openai:v0.9
          args: ["--model=$(WEIGHTS)", "--enable-auto-tool-choice", "--tool-call-parser=hermes"]
          env:
            - {name: WEIGHTS, value: acme/Ivy-7b}
            - {name: LEVEL, value: INFO}
"""
BASE = {"base/deployment.yaml": DEPLOYMENT, "base/kustomization.yaml": "resources:\n- deployment.yaml\n"}
OWN: Told = ("base/deployment.yaml", 12, "acme/Ivy-7b", "chat")
HEAD = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: writer}\n"
ENV_PATCH = HEAD + "spec: {template: {spec: {containers: [{name: server, env: [\n  {name: WEIGHTS, value: acme/Oak-70b}]}]}}}\n"

BUILDS: dict[str, tuple[Mapping[str, str], set[Told]]] = {
    "a patch in a file sets one variable of a list": (
        {"prod/kustomization.yaml": "resources: [../base]\npatches: [{path: more.yaml}]\n", "prod/more.yaml": ENV_PATCH},
        {OWN, ("prod/more.yaml", 5, "acme/Oak-70b", "chat")},
    ),
    "an inline patch with a target by pattern": (
        {
            "prod/kustomization.yaml": (
                "resources: [../base]\npatches:\n- target: {kind: Deployment, name: wri.*}\n  patch: |\n"
                "    kind: Deployment\n    metadata: {name: any}\n    spec:\n      template:\n        spec:\n"
                "          containers:\n          - name: server\n            args: [--model, acme/Oak-70b]\n"
            )
        },
        {OWN, ("prod/kustomization.yaml", 12, "acme/Oak-70b", "unknown")},
    ),
    "a patch for another manifest": (
        {
            "prod/kustomization.yaml": "resources: [../base]\npatches: [{path: more.yaml}]\n",
            "prod/more.yaml": ENV_PATCH.replace("writer", "reader"),
        },
        {OWN},
    ),
    "the old keys, JSON operations in a file": (
        {
            "prod/kustomization.yaml": (
                "bases: [../base]\npatchesJson6902:\n- target: {version: v1, kind: Deployment, name: writer}\n  path: ops.json\n"
            ),
            "prod/ops.json": (
                '[{"op": "add", "path": "/spec/template/spec/containers/0/args/-", "value": "--revision=x"},\n'
                ' {"op": "replace", "path": "/spec/template/spec/containers/0/env/0/value",\n  "value": "acme/Oak-70b"}]\n'
            ),
        },
        {OWN, ("prod/ops.json", 3, "acme/Oak-70b", "chat")},
    ),
    "a generated ConfigMap from a file of variables, merged in an overlay": (
        {
            "base/deployment.yaml": DEPLOYMENT.replace(
                "{name: WEIGHTS, value: acme/Ivy-7b}", "{name: WEIGHTS, valueFrom: {configMapKeyRef: {name: own, key: W}}}"
            ),
            "base/kustomization.yaml": "resources: [deployment.yaml]\nconfigMapGenerator: [{name: own, envs: [own.env]}]\n",
            "base/own.env": "# ours\nW=acme/Ivy-7b\n",
            "prod/kustomization.yaml": (
                "resources: [../base]\nconfigMapGenerator:\n- name: own\n  behavior: merge\n  literals:\n  - W=acme/Oak-70b\n"
            ),
        },
        {("base/own.env", 2, "acme/Ivy-7b", "chat"), ("prod/kustomization.yaml", 6, "acme/Oak-70b", "chat")},
    ),
    "an image of another name": (
        {
            "base/deployment.yaml": DEPLOYMENT.replace("vllm/vllm-openai", "server"),
            "prod/kustomization.yaml": "resources: [../base]\nimages: [{name: server, newName: vllm/vllm-openai, newTag: v1}]\n",
        },
        {OWN},
    ),
    "a component": (
        {
            "prod/kustomization.yaml": "resources: [../base]\ncomponents: [../big]\n",
            "big/kustomization.yaml": "kind: Component\npatches: [{path: more.yaml}]\n",
            "big/more.yaml": ENV_PATCH,
        },
        {OWN, ("big/more.yaml", 5, "acme/Oak-70b", "chat")},
    ),
}


@pytest.mark.parametrize("name", BUILDS)
def test_a_build(name: str, tmp_path: Path) -> None:
    files, expected = BUILDS[name]
    found = uses_of(tmp_path, {**BASE, **files})
    assert expected <= found
    assert {model for _, _, model, _ in found} <= {"acme/Ivy-7b", "acme/Oak-70b"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("resources: [.]\n", "1: . is built from itself"),
        ("resources: [../other]\n", "1: ../prod is built from itself"),
        ("resources: [gone.yaml]\n", "1: gone.yaml is not in the scanned folder"),
        ("resources: [../../x]\n", "1: ../../x leads out of the scanned folder"),
        ("resources: ['https://example.org/x.yaml']\n", "1: https://example.org/x.yaml is not on this machine"),
        ("resources: ['github.com/acme/x?ref=1']\n", "1: github.com/acme/x?ref=1 is not on this machine"),
        ("resources: []\nhelmCharts:\n- name: x\n", "3: helmCharts of a kustomization are not followed"),
        ("resources: []\npatches: [{path: gone.yaml}]\n", "2: gone.yaml is not in the scanned folder"),
        ("resources: []\nconfigMapGenerator: [{name: x, envs: [gone.env]}]\n", "2: gone.env is not in the scanned folder"),
    ],
)
def test_what_cannot_be_followed_is_told_and_the_rest_is_read(text: str, reason: str, tmp_path: Path) -> None:
    files = {**BASE, "prod/kustomization.yaml": text, "other/kustomization.yaml": "resources: [../prod]\n"}
    report = report_of(tmp_path, files)
    assert reason in unresolved_of(report)
    assert [use["model"] for use in report["uses"]] == ["acme/Ivy-7b"]


def test_a_build_that_doubles_itself_ends(tmp_path: Path) -> None:
    files = {f"{n}/kustomization.yaml": f"resources: [../{n + 1}, ../{n + 1}]\n" for n in range(60)}
    assert uses_of(tmp_path, {**BASE, **files}) == {OWN}


@pytest.mark.parametrize(
    ("maps", "model"),
    [
        ({"k8s/settings.yaml": "acme/Ivy-7b"}, "acme/Ivy-7b"),
        ({"k8s/settings.yaml": "acme/Ivy-7b", "other/settings.yaml": "acme/Oak-70b"}, "acme/Ivy-7b"),  # the nearest
        ({"a/settings.yaml": "acme/Ivy-7b", "b/settings.yaml": "acme/Oak-70b"}, "$(W)"),  # neither is nearer
        ({}, "$(W)"),
    ],
)
def test_a_config_map_of_another_file(maps: Mapping[str, str], model: str, tmp_path: Path) -> None:
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    image: vllm/vllm-openai\n"
        "    args: [--model, $(W), --tool-call-parser, hermes]\n    envFrom: [{configMapRef: {name: own}}]\n"
    )
    made = {
        path: f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: own}}\ndata:\n  W: {value}\n" for path, value in maps.items()
    }
    found = {one for one in uses_of(tmp_path, {"k8s/pod.yaml": pod, **made}) if one[3] == "chat"}
    place = ("k8s/pod.yaml", 8) if model == "$(W)" else ("k8s/settings.yaml", 5)
    assert found == {(*place, model, "chat")}
