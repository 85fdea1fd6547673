"""Charts in the style of real ones, scanned by the command: each model where it is set, with what its templates say of it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from conftest import write_tree
from readers.assembly.trees import Told, report_of, told, unresolved_of
from test_house import imported_by

CHART = "apiVersion: v2\nname: llm\nversion: 0.1.0\n"
POD = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec:\n  template:\n    spec:\n      containers:\n"
HELPERS = """\
{{- define "llm.model" -}}
{{- .Values.model | default "acme/Default-7B" -}}
{{- end }}
{{- define "llm.flags" }}
- --enable-auto-tool-choice
- --tool-call-parser=hermes
{{- end }}
"""

# Name → the files of a tree, and the uses in it: path, line, model, purpose.
CHARTS: dict[str, tuple[dict[str, str], set[Told]]] = {
    "the vLLM project's chart: a command by toYaml": (
        {
            "Chart.yaml": CHART,
            "values.yaml": (
                "image:\n  repository: vllm/vllm-openai\n  tag: latest\n"
                '  command: ["vllm", "serve", "acme/Thing-7B", "--tool-call-parser", "hermes"]\n'
                "resources: {limits: {cpu: 4}}\n"
            ),
            "templates/deployment.yaml": POD
            + '      - image: "{{ required "x" .Values.image.repository }}:{{ .Values.image.tag }}"\n'
            "        {{- if .Values.image.command }}\n        command :\n        {{- with .Values.image.command }}\n"
            "        {{- toYaml . | nindent 10 }}\n        {{- end }}\n        {{- end }}\n"
            "        resources: {{- toYaml .Values.resources | nindent 10 }}\n",
        },
        {("values.yaml", 4, "acme/Thing-7B", "chat")},
    ),
    "vLLM production-stack: a range of models": (
        {
            "Chart.yaml": CHART,
            "values.yaml": (
                "servingEngineSpec:\n  modelSpec:\n  - name: one\n    repository: vllm/vllm-openai\n    tag: v1\n"
                "    modelURL: acme/One-7B\n    vllmConfig:\n      extraArgs: [--enable-auto-tool-choice]\n"
                "  - name: two\n    repository: vllm/vllm-openai\n    modelURL: acme/Two-7B\n    vllmConfig: {maxModelLen: 99}\n"
            ),
            "templates/deployment.yaml": (
                "{{- range $modelSpec := .Values.servingEngineSpec.modelSpec }}\n{{- with $ }}\n"
                + POD
                + '      - image: "{{ required "x" $modelSpec.repository }}:{{ $modelSpec.tag | default "v0" }}"\n'
                '        command:\n        - "vllm"\n        - "serve"\n        - {{ $modelSpec.modelURL | quote }}\n'
                '        {{- if $modelSpec.vllmConfig.maxModelLen }}\n        - "--max-model-len"\n'
                "        - {{ $modelSpec.vllmConfig.maxModelLen | quote }}\n        {{- end }}\n"
                "        {{- range $arg := $modelSpec.vllmConfig.extraArgs }}\n        - {{ $arg | quote }}\n        {{- end }}\n"
                "{{- end }}\n---\n{{- end }}\n"
            ),
        },
        {("values.yaml", 6, "acme/One-7B", "chat"), ("values.yaml", 11, "acme/Two-7B", "unknown")},
    ),
    "TGI and TEI, arguments in brackets": (
        {
            "Chart.yaml": CHART,
            "values.yaml": "model: acme/Thing-7B\nembed: 'acme/Embed-1B'\n",
            "templates/tgi.yaml": POD + "      - image: ghcr.io/huggingface/text-generation-inference:3\n"
            '        args: ["--model-id", {{ .Values.model | quote }}]\n'
            "      - image: ghcr.io/huggingface/text-embeddings-inference:1\n"
            '        args: ["--model-id", {{ .Values.embed }}, "--port", "80"]\n',
        },
        {("values.yaml", 1, "acme/Thing-7B", "unknown"), ("values.yaml", 2, "acme/Embed-1B", "embedding")},
    ),
    "helpers with a default and with flags": (
        {
            "Chart.yaml": CHART,
            "values.yaml": 'model: ""\n',
            "templates/_helpers.tpl": HELPERS,
            "templates/x.yaml": POD
            + '      - image: vllm/vllm-openai\n        args:\n        - --model={{- include "llm.model" . }}\n'
            '        {{- include "llm.flags" . | nindent 8 }}\n',
        },
        {("templates/_helpers.tpl", 2, "acme/Default-7B", "chat")},
    ),
    "a model that the template itself names as default": (
        {
            "Chart.yaml": CHART,
            "values.yaml": "replicas: 1\n",
            "templates/x.yaml": POD
            + '      - image: vllm/vllm-openai\n        args: [--model, {{ .Values.model | default "acme/Thing-7B" }}]\n',
        },
        {("templates/x.yaml", 9, "acme/Thing-7B", "unknown")},
    ),
    "variables by toYaml": (
        {
            "Chart.yaml": CHART,
            "values.yaml": "env:\n- name: MODEL_ID\n  value: acme/Thing-7B\n",
            "templates/x.yaml": POD + "      - image: ghcr.io/huggingface/text-generation-inference:3\n        env:\n"
            "          {{- toYaml .Values.env | nindent 10 }}\n",
        },
        {("values.yaml", 3, "acme/Thing-7B", "unknown")},
    ),
    "variables of a mapping, by a range": (
        {
            "Chart.yaml": CHART,
            "values.yaml": "env:\n  MODEL_ID: acme/Thing-7B\n",
            "templates/x.yaml": POD + "      - image: ghcr.io/huggingface/text-generation-inference:3\n        env:\n"
            "        {{- range $k, $v := .Values.env }}\n        - name: {{ $k }}\n          value: {{ $v | quote }}\n"
            "        {{- end }}\n",
        },
        {("values.yaml", 2, "acme/Thing-7B", "unknown")},
    ),
    "arguments that are templates themselves": (
        {
            "Chart.yaml": CHART,
            "values.yaml": "model: acme/Thing-7B\nargs:\n- --model={{ .Values.model }}\n- --tool-call-parser=hermes\n",
            "templates/x.yaml": POD
            + "      - image: vllm/vllm-openai\n        args:\n        {{- range .Values.args }}\n        - {{ tpl . $ | quote }}\n"
            "        {{- end }}\n",
        },
        {("values.yaml", 1, "acme/Thing-7B", "chat")},
    ),
    "a script in the template": (
        {
            "Chart.yaml": CHART,
            "values.yaml": "model:\n  id: acme/Thing-7B\n  tools: true\n",
            "templates/x.yaml": POD
            + "      - image: python:3\n        command: [sh, -c]\n        args:\n        - |\n          set -e\n"
            "          vllm serve {{ .Values.model.id }} \\\n            --port 80 {{ if .Values.model.tools }}"
            "--tool-call-parser=x{{ end }}\n",
        },
        {("values.yaml", 2, "acme/Thing-7B", "chat")},
    ),
    "a script outside of containers": (
        {
            "Chart.yaml": CHART,
            "values.yaml": "model: acme/Thing-7B\nother: |\n  set -e\n  vllm serve acme/Other-7B\n",
            "templates/x.yaml": (
                "apiVersion: v1\nkind: Job\nspec:\n  run: |\n    set -e\n    vllm serve {{ .Values.model }} \\\n"
                "      --tool-call-parser x\n  {{- with .Values.other }}\n  more: {{ toYaml . | indent 4 }}\n  {{- end }}\n"
                "  own: |\n    # {{ .Release.Name }}\n"
                "    vllm serve acme/Own-7B\n"
            ),
        },
        {
            ("values.yaml", 1, "acme/Thing-7B", "chat"),
            ("values.yaml", 4, "acme/Other-7B", "unknown"),
            ("templates/x.yaml", 13, "acme/Own-7B", "unknown"),
        },
    ),
    "a part takes its values from the whole": (
        {
            "Chart.yaml": CHART,
            "values.yaml": "vllm:\n  model: acme/Whole-7B\nglobal:\n  chat: true\n",
            "charts/vllm/Chart.yaml": "apiVersion: v2\nname: vllm\nversion: 0.1.0\n",
            "charts/vllm/values.yaml": "model: acme/Part-7B\nimage: vllm/vllm-openai\n",
            "charts/vllm/templates/x.yaml": POD
            + "      - image: {{ .Values.image }}\n        args:\n        - --model={{ .Values.model }}\n"
            "        {{- if .Values.global.chat }}\n        - --enable-auto-tool-choice\n        {{- end }}\n",
        },
        {("values.yaml", 2, "acme/Whole-7B", "chat"), ("charts/vllm/values.yaml", 1, "acme/Part-7B", "unknown")},
    ),
    "a part under an alias, and one by its path": (
        {
            "all/Chart.yaml": CHART
            + "dependencies:\n- {name: engine, alias: big, repository: 'file://../engine', version: 0.1.0}\n"
            + "- {name: engine, alias: small, repository: 'file://../engine', version: 0.1.0}\n",
            "all/values.yaml": "big:\n  model: acme/Big-70B\nsmall:\n  model: acme/Small-1B\n",
            "engine/Chart.yaml": "apiVersion: v2\nname: engine\nversion: 0.1.0\n",
            "engine/values.yaml": "model: acme/Own-7B\n",
            "engine/templates/x.yaml": POD
            + "      - image: vllm/vllm-openai\n        args: [--model, '{{ .Values.model }}', --tool-call-parser, hermes]\n",
        },
        {
            ("engine/values.yaml", 1, "acme/Own-7B", "chat"),
            ("all/values.yaml", 2, "acme/Big-70B", "chat"),
            ("all/values.yaml", 4, "acme/Small-1B", "chat"),
        },
    ),
    "values of production, and null that deletes": (
        {
            "chart/Chart.yaml": CHART,
            "chart/values.yaml": "model: acme/Thing-1B\nparser: hermes\n",
            "chart/values-prod.yaml": "model: acme/Thing-7B\n",
            "chart/ci/plain.yaml": "model: acme/Thing-2B\nparser: null\n",
            "chart/templates/x.yaml": POD
            + "      - image: vllm/vllm-openai\n        args:\n        - --model={{ .Values.model }}\n"
            "        {{- with .Values.parser }}\n        - --tool-call-parser={{ . }}\n        {{- end }}\n",
        },
        {
            ("chart/values.yaml", 1, "acme/Thing-1B", "chat"),
            ("chart/values-prod.yaml", 1, "acme/Thing-7B", "chat"),
            ("chart/ci/plain.yaml", 1, "acme/Thing-2B", "unknown"),
        },
    ),
    "Argo CD and Helmfile": (
        {
            "chart/Chart.yaml": CHART,
            "chart/values.yaml": "model: acme/Thing-1B\n",
            "chart/templates/x.yaml": POD
            + "      - image: vllm/vllm-openai\n        args: [--model, '{{ .Values.model }}', --tool-call-parser, hermes]\n",
            "apps/app.yaml": (
                "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    path: chart\n    helm:\n"
                "      values: |\n        model: acme/Inline-7B\n"
            ),
            "apps/other.yaml": (
                "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  sources:\n  - path: chart\n    helm:\n"
                "      valueFiles: [$values/apps/file.yaml]\n      parameters: [{name: replicas, value: '2'}]\n"
            ),
            "apps/file.yaml": "model: acme/File-7B\n",
            "helmfile.yaml": "releases:\n- name: x\n  chart: ./chart\n  values:\n  - model: acme/Release-7B\n",
        },
        {
            ("chart/values.yaml", 1, "acme/Thing-1B", "chat"),
            ("apps/app.yaml", 8, "acme/Inline-7B", "chat"),
            ("apps/file.yaml", 1, "acme/File-7B", "chat"),
            ("helmfile.yaml", 5, "acme/Release-7B", "chat"),
        },
    ),
    "of an unknown condition, both branches": (
        {
            "Chart.yaml": CHART,
            "values.yaml": "a: acme/Thing-7B\nb: acme/Other-7B\n",
            "templates/x.yaml": POD
            + '      - image: vllm/vllm-openai\n        args:\n        {{- if .Capabilities.APIVersions.Has "x" }}\n'
            "        - --model={{ .Values.a }}\n        {{- else }}\n        - --model={{ .Values.b }}\n        {{- end }}\n",
        },
        {("values.yaml", 1, "acme/Thing-7B", "unknown"), ("values.yaml", 2, "acme/Other-7B", "unknown")},
    ),
    "a file of the chart": (
        {
            "Chart.yaml": CHART,
            "values.yaml": "x: 1\n",
            "files/args.yaml": "- --model=acme/Thing-7B\n",
            "templates/x.yaml": POD
            + '      - image: vllm/vllm-openai\n        args:\n          {{- .Files.Get "files/args.yaml" | nindent 10 }}\n',
        },
        {("files/args.yaml", 1, "acme/Thing-7B", "unknown")},
    ),
}


@pytest.mark.parametrize("name", CHARTS)
def test_a_model_is_where_it_is_set_with_what_the_template_says(name: str, tmp_path: Path) -> None:
    files, expected = CHARTS[name]
    report = report_of(tmp_path, files)
    assert told(tmp_path, report) == expected
    assert not report["errors"] and not unresolved_of(report)


PLAIN = POD + "      - image: vllm/vllm-openai\n        args: [--model, {{ .Values.model }}, --tool-call-parser, x]\n"


def test_the_finding_names_the_template_that_uses_the_model(tmp_path: Path) -> None:
    files = {"Chart.yaml": CHART, "values.yaml": "# ours\nmodel: acme/Thing-7B-Base\n", "templates/x.yaml": PLAIN}
    report = report_of(tmp_path, files)
    found = next(one for one in report["findings"] if one["rule"] == "deploy/base-weights-behind-chat")
    assert (Path(found["at"]["path"]).name, found["at"]["line"]) == ("values.yaml", 2)
    assert [(Path(one["at"]["path"]).name, one["at"]["line"]) for one in found["related"]] == [("x.yaml", 9)]


def test_a_fix_changes_the_file_of_values(tmp_path: Path) -> None:
    values = 'model: "meta-llama/Llama-3.1-8B"\n'
    files = {"Chart.yaml": CHART, "values.yaml": values, "templates/x.yaml": PLAIN}
    report_of(tmp_path, files, "--fix", "--unsafe-fixes")
    assert (tmp_path / "values.yaml").read_text() == 'model: "meta-llama/Llama-3.1-8B-Instruct"\n'


@pytest.mark.parametrize("values", ["x: 1\n", 'model: ""\n'])
def test_a_model_that_no_file_sets_is_unresolved(values: str, tmp_path: Path) -> None:
    report = report_of(tmp_path, {"Chart.yaml": CHART, "values.yaml": values, "templates/x.yaml": PLAIN})
    (use,) = report["uses"]
    assert (use["model"], use["line"], use["purpose"], use["resolved"]) == ("{{.Values.model}}", 9, "chat", False)


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        (PLAIN + "{{ if }}\n", "is not a valid template: a value is missing on line 10"),
        (PLAIN + '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}\n', "includes templates more than 50 deep"),
        (PLAIN + "{{ range until 100000 }}\n# {{ . }}\n{{ end }}\n", "takes more than 100,000 steps"),
        (PLAIN + "# {{ .Values.two | indent 1 }}\n", "is not valid YAML"),
    ],
)
def test_a_template_that_cannot_be_rendered_is_read_as_it_is_and_told_of_once(template: str, reason: str, tmp_path: Path) -> None:
    values = {"values.yaml": "model: acme/Thing-7B\ntwo: 'a\n\n  b: ]'\n", "values-a.yaml": "model: acme/Thing-8B\n"}
    report = report_of(tmp_path, {"Chart.yaml": CHART, **values, "templates/x.yaml": template})
    assert [one for one in report["uses"] if one["path"].endswith("templates/x.yaml") and one["model"] == "acme/Thing-7B"]
    (told_once,) = unresolved_of(report)
    assert reason in told_once
    assert not report["errors"]


def test_a_disabled_template_is_read_as_it_is(tmp_path: Path) -> None:
    template = "{{- if .Values.on }}\n" + PLAIN.replace("{{ .Values.model }}", "acme/Thing-7B") + "{{- end }}\n"
    report = report_of(tmp_path, {"Chart.yaml": CHART, "values.yaml": "x: 1\n", "templates/x.yaml": template})
    assert told(tmp_path, report) == {("templates/x.yaml", 10, "acme/Thing-7B", "chat")}


def test_an_engine_s_default_is_not_assumed_where_a_deployment_adds_variables(tmp_path: Path) -> None:
    template = (
        POD + "      - image: ghcr.io/huggingface/text-generation-inference:3\n        env: {{- toYaml .Values.env | nindent 8 }}\n"
    )
    report = report_of(tmp_path, {"Chart.yaml": CHART, "values.yaml": "env: []\n", "templates/x.yaml": template})
    assert not report["uses"]


def test_more_than_twenty_files_of_values_are_told_of(tmp_path: Path) -> None:
    many = {f"values-{n:03}.yaml": f"model: acme/Thing-{n}B\n" for n in range(30)}
    report = report_of(tmp_path, {"Chart.yaml": CHART, "values.yaml": "model: acme/Thing-7B\n", **many, "templates/x.yaml": PLAIN})
    assert len([one for one in report["uses"] if one["purpose"] == "chat"]) == 20
    (told_once,) = unresolved_of(report)
    assert "31 files of values" in told_once


def test_a_reference_to_a_missing_file_is_told_of(tmp_path: Path) -> None:
    app = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    path: .\n    helm:\n"
        "      valueFiles: [gone.yaml]\n"
    )
    report = report_of(
        tmp_path, {"Chart.yaml": CHART, "values.yaml": "model: acme/Thing-7B\n", "templates/x.yaml": PLAIN, "app.yaml": app}
    )
    assert unresolved_of(report) == ["7: gone.yaml is not in the scanned folder"]


def test_the_evaluator_is_imported_for_templates_only(tmp_path: Path) -> None:
    write_tree(tmp_path, {"Chart.yaml": CHART, "values.yaml": "model: acme/Thing-7B\nimage: vllm\n", "templates/x.yaml": POD})
    evaluator = "modelcheck.documents.go_template.evaluator"
    assert evaluator not in imported_by("scan", "--offline", str(tmp_path))
    write_tree(tmp_path, {"templates/x.yaml": PLAIN})
    assert evaluator in imported_by("scan", "--offline", str(tmp_path))


def test_charts_that_are_parts_of_each_other_end(tmp_path: Path) -> None:
    depends = "dependencies:\n- {name: b, repository: 'file://../b'}\n- {name: a, repository: 'file://../a'}\n"
    files = {f"{name}/Chart.yaml": CHART + depends for name in "ab"} | {
        f"{name}/values.yaml": "model: acme/Thing-7B\n" for name in "ab"
    }
    report = report_of(tmp_path, {**files, "a/templates/x.yaml": PLAIN})
    assert ("a/values.yaml", 1, "acme/Thing-7B", "chat") in told(tmp_path, report)


@pytest.mark.slow
def test_ten_thousand_files_of_values_and_a_hundred_hostile_templates_end_soon(tmp_path: Path) -> None:
    many = {f"values-{n}.yaml": "x: 1\n" for n in range(10_000)}
    bad = PLAIN + "{{ range until 100000 }}# {{ . }}\n{{ end }}\n"
    templates = {f"templates/{n}.yaml": bad for n in range(100)}
    start = time.process_time()
    report = report_of(tmp_path, {"Chart.yaml": CHART, "values.yaml": "model: acme/Thing-7B\n", **many, **templates})
    assert time.process_time() - start < 60
    assert told(tmp_path, report)
