"""What deploys a chart of the same tree, scanned by the command: each model where the deployment sets it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from readers.assembly.trees import Told, uses_of

CHART = {
    "charts/llm/Chart.yaml": "apiVersion: v2\nname: llm\nversion: 0.1.0\n",
    "charts/llm/values.yaml": "model: {name: acme/Default-1B}\n",
    "charts/llm/templates/x.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec:\n  template:\n    spec:\n"
    "      containers:\n      - image: vllm/vllm-openai\n"
    "        args: [--model, '{{ .Values.model.name }}', --tool-call-parser, x]\n",
}
DEFAULT = ("charts/llm/values.yaml", 1, "acme/Default-1B", "chat")
FLUX = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec:\n  chart:\n    spec:\n      chart: %s\n"
SET = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nspec:\n"
SET += "  generators:\n  - list:\n      elements:\n%s  template:\n    spec:\n"
ELEMENTS = "      - {name: a, weights: acme/Ivy-7b}\n      - name: b\n        weights: acme/Oak-9b\n"

TREES: Mapping[str, tuple[Mapping[str, str], set[Told]]] = {
    "Flux: values of the release": (
        {"release.yaml": FLUX % "./charts/llm" + "  values:\n    model:\n      name: acme/Ivy-7b\n"},
        {("release.yaml", 9, "acme/Ivy-7b", "chat")},
    ),
    "Flux: a file of values": (
        {
            "release.yaml": FLUX % "charts/llm" + "      valuesFiles: [clusters/a.yaml]\n",
            "clusters/a.yaml": "model: {name: acme/Ivy-7b}\n",
        },
        {("clusters/a.yaml", 1, "acme/Ivy-7b", "chat")},
    ),
    "Flux: a chart of another repository": ({"release.yaml": FLUX % "llm" + "  values: {x: acme}\n"}, set()),
    "Argo CD: parameters of each element": (
        {
            "set.yaml": SET % ELEMENTS + "      source:\n        path: charts/llm\n        helm:\n"
            "          parameters: [{name: model.name, value: '{{weights}}'}]\n"
        },
        {("set.yaml", 7, "acme/Ivy-7b", "chat"), ("set.yaml", 9, "acme/Oak-9b", "chat")},
    ),
    "Argo CD: Go templates in values, part of a text": (
        {
            "set.yaml": SET % "      - {weights: Ivy-7b}\n" + "      source:\n        path: charts/llm\n        helm:\n"
            "          valuesObject:\n            model:\n              name: 'acme/{{ .weights }}'\n"
        },
        {("set.yaml", 15, "acme/Ivy-7b", "chat")},
    ),
    "Argo CD: a file of values for each element": (
        {
            "set.yaml": SET % ELEMENTS + "      source:\n        path: charts/llm\n        helm:\n"
            "          valueFiles: ['../../env/{{name}}.yaml']\n",
            "env/b.yaml": "model: {name: acme/Elm-3b}\n",
        },
        {("env/b.yaml", 1, "acme/Elm-3b", "chat")},
    ),
}


@pytest.mark.parametrize("name", TREES)
def test_what_it_deploys(name: str, tmp_path: Path) -> None:
    files, expected = TREES[name]
    known = {one for one in uses_of(tmp_path, {**CHART, **files}) if one[3] == "chat"}
    assert known == {DEFAULT, *expected}
