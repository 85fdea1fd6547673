"""Each serving stack by a small file of its own: which models, on which line, for what."""

from __future__ import annotations

import re
import textwrap

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readers.test_serving import uses

Expected = list[tuple[str, int, str]]

STACKS: dict[str, tuple[str, str, Expected]] = {
    "vLLM's own configuration": (
        "serve.yaml",
        """\
        model: a/b
        tensor-parallel-size: 2
        max_model_len: 8192
        gpu-memory-utilization: 0.9
        tool-call-parser: hermes
        """,
        [("a/b", 1, "chat")],
    ),
    "a file that only looks like one": ("app.yaml", "model: a/b\nport: 80\nname: x\n", []),
    "KubeAI's catalogue": (
        "values.yaml",
        """\
        catalog:
          one:
            url: hf://a/b
            engine: VLLM
            features: [TextGeneration]
            args: [--chat-template=/x]
          two:
            url: hf://c/d
            engine: VLLM
            features: [TextEmbedding]
        """,
        [("a/b", 3, "chat"), ("c/d", 8, "embedding")],
    ),
    "llm-d": (
        "values.yaml",
        """\
        modelArtifacts:
          uri: "hf://a/b"
          name: c/d
        routing:
          modelName: c/d
        """,
        [("a/b", 2, "unknown")],
    ),
    "Ray Serve LLM": (
        "serve.yaml",
        """\
        applications:
        - import_path: ray.serve.llm:build_openai_app
          args:
            llm_configs:
            - model_loading_config:
                model_id: served/name
                model_source: a/b
            - model_loading_config:
                model_id: c/d
        """,
        [("a/b", 7, "unknown"), ("c/d", 9, "unknown")],
    ),
    "SkyPilot, a chat by its readiness probe": (
        "sky.yaml",
        """\
        resources: {accelerators: L4}
        envs:
          MODEL_NAME: a/b
        service:
          readiness_probe:
            path: /v1/chat/completions
            post_data: {model: $MODEL_NAME, messages: [{role: user, content: hi}]}
        run: |
          vllm serve $MODEL_NAME --port 8080
        """,
        [("a/b", 3, "chat")],
    ),
    "dstack, a chat by its model": (
        ".dstack.yml",
        """\
        type: service
        env:
          - MODEL=a/b
        commands:
          - vllm serve $MODEL
        model: c/d
        """,
        [("a/b", 3, "chat")],
    ),
    "Truss": (
        "config.yaml",
        """\
        model_name: Thing
        resources: {accelerator: H100}
        trt_llm:
          build:
            base_model: decoder
            checkpoint_repository: {source: HF, repo: a/b, revision: v1}
        """,
        [("a/b", 6, "unknown")],
    ),
    "Truss with a server of its own": (
        "config.yaml",
        """\
        model_metadata:
          tags: [openai-compatible]
          example_model_input: {messages: [{role: user, content: hi}]}
        docker_server:
          start_command: sh -c "vllm serve a/b --port 8000"
          predict_endpoint: /v1/chat/completions
        weights:
        - source: "hf://c/d@main"
        """,
        [("a/b", 5, "chat"), ("c/d", 8, "unknown")],
    ),
    "GPUStack": (
        "models.yaml",
        """\
        name: thing
        huggingface_repo_id: a/b
        categories: [llm]
        backend_parameters: [--tool-call-parser=hermes]
        """,
        [("a/b", 2, "chat")],
    ),
    "Azure ML": (
        "deployment.yml",
        """\
        name: blue
        model: azureml://registries/HuggingFace/models/a-b-7b-instruct/labels/latest
        """,
        [("azureml://registries/HuggingFace/models/a-b-7b-instruct/labels/latest", 2, "unknown")],
    ),
    "a template that is bolted on by a variable": (
        "compose.yaml",
        """\
        services:
          tgi:
            image: ghcr.io/huggingface/text-generation-inference
            environment: {MODEL_ID: a/b, TOKENIZER_CONFIG_PATH: /etc/template.json}
        """,
        [("a/b", 4, "chat")],
    ),
    "a Hugging Face endpoint": (
        "endpoint.json",
        """\
        {"model": {"repository": "a/b", "framework": "pytorch", "task": "text-generation", "model_id": ""}}
        """,
        [("a/b", 1, "unknown")],
    ),
    "an image is no model": ("values.yaml", "model:\n  repository: vllm/vllm-openai\n  tag: x\n", []),
    "a chat in Python": (
        "chat.py",
        """\
        tok = AutoTokenizer.from_pretrained("a/b")
        model = AutoModelForCausalLM.from_pretrained("a/b")
        text = tok.apply_chat_template(messages)
        pipe = pipeline("text-generation", model="c/d")
        pipe([{"role": "user", "content": "hi"}])
        """,
        [("a/b", 2, "chat"), ("c/d", 4, "chat")],
    ),
    "a training loop of one's own": (
        "train.py",
        """\
        tok = AutoTokenizer.from_pretrained("a/b")
        model = AutoModelForCausalLM.from_pretrained("a/b")
        data = tok.apply_chat_template(messages)
        loss.backward()
        """,
        [("a/b", 2, "unknown")],
    ),
    "NIM in a manifest": (
        "nim.yaml",
        """\
        apiVersion: v1
        kind: Pod
        spec:
          containers:
          - name: nim
            image: nvcr.io/nim/meta/llama-3.1-8b-instruct:1.8
        """,
        [("nvcr.io/nim/meta/llama-3.1-8b-instruct:1.8", 6, "chat")],
    ),
    "NIM's operator": (
        "nim.yaml",
        """\
        apiVersion: apps.nvidia.com/v1alpha1
        kind: NIMService
        spec:
          image: {repository: nvcr.io/nim/meta/llama-3.1-8b-base, tag: "1"}
        """,
        [("nvcr.io/nim/meta/llama-3.1-8b-base", 4, "chat")],
    ),
    "an argument list in Helm values that a template fills": (
        "chart/templates/sts.yaml",
        """\
        {{- range .Values.models }}
        kind: StatefulSet
        containers:
        - image: vllm/vllm-openai
          args:
            - --model
            - {{ .modelPath }}
            - --tool-call-parser={{ .parser }}
        {{- end }}
        """,
        [("{{.modelPath}}", 7, "chat")],
    ),
    "Argo CD": (
        "app.yaml",
        """\
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        spec:
          source:
            helm:
              values: |
                servingEngineSpec:
                  modelSpec:
                  - modelURL: a/b
        """,
        [("a/b", 9, "unknown")],
    ),
    "LibreChat, only the servers that somebody runs": (
        "librechat.yaml",
        """\
        version: 1.2.1
        endpoints:
          custom:
          - name: own
            baseURL: http://vllm:8000/v1
            models: {default: [a/b, c]}
          - name: hosted
            baseURL: https://api.mistral.ai/v1
            models: {default: [mistral-large]}
        """,
        [("a/b", 6, "chat"), ("c", 6, "chat")],
    ),
    "chat-ui": (
        ".env.local",
        """\
        MONGODB_URL=x
        MODELS=`[
          {
            "name": "a/b",
            "tokenizer": "e/f",
            "chatPromptTemplate": "<s>{{#each messages}}x{{/each}}",
            "endpoints": [{"type": "tgi", "url": "http://tgi:80"}],
          },
          { "name": "alias", "id": "c/d", "endpoints": [{ "type": "openai", "baseURL": "http://v:8000/v1" }] },
        ]`
        OTHER=1
        """,
        [("a/b", 4, "chat"), ("c/d", 9, "chat")],
    ),
    "text-generation-webui": (
        "run.sh",
        "python server.py --model zephyr-7b-beta-exl2 --api\n",
        [("zephyr-7b-beta-exl2", 1, "chat")],
    ),
    "text-generation-webui by its variables": (
        ".env",
        "CLI_ARGS=--model zephyr-7b-beta-exl2 --listen --api\n",
        [("zephyr-7b-beta-exl2", 1, "chat")],
    ),
    "a form feed ends no line": (
        ".env",
        "A=1\x0cB\nCLI_ARGS=--model zephyr-7b-beta --api\n",
        [("zephyr-7b-beta", 2, "chat")],
    ),
    "text-generation-webui's container": (
        ".env",
        "MODEL_DIR=/models\nMODEL=zephyr-7b-beta-exl2\nCHARACTERS_DIR=/characters\n",
        [("zephyr-7b-beta-exl2", 2, "chat")],
    ),
    "Ollama by its command": (
        "run.sh",
        "ollama pull qwen2.5:7b\nollama run mistral:7b-text hello\n",
        [("qwen2.5:7b", 1, "unknown"), ("mistral:7b-text", 2, "unknown")],
    ),
    "Xinference": (
        "run.sh",
        "xinference launch --model-name qwen2.5-instruct --model-type LLM --size-in-billions 7\n",
        [("qwen2.5-instruct", 1, "unknown")],
    ),
    "Xinference's custom model": (
        "model.json",
        """\
        {
          "model_name": "mine",
          "model_ability": ["chat", "tools"],
          "model_specs": [
            {"model_format": "pytorch", "model_id": "a/b"}
          ]
        }
        """,
        [("a/b", 5, "chat")],
    ),
    "Triton's vLLM backend": (
        "repo/thing/1/model.json",
        """\
        {
          "model": "a/b",
          "gpu_memory_utilization": 0.5,
          "enforce_eager": true
        }
        """,
        [("a/b", 2, "unknown")],
    ),
    "Triton's tokenizer": (
        "repo/thing/config.pbtxt",
        """\
        backend: "tensorrtllm"
        parameters {
          key: "tokenizer_dir"
          value: { string_value: "a/b" }
        }
        """,
        [("a/b", 4, "unknown")],
    ),
    "RunPod": (
        ".runpod/hub.json",
        """\
        {"config": {"env": [
          {"key": "MODEL_NAME", "value": "a/b"},
          {"key": "TOOL_CALL_PARSER", "value": "hermes"}
        ]}}
        """,
        [("a/b", 2, "chat")],
    ),
    "SageMaker's LMI container": (
        "serving.properties",
        "engine=Python\noption.model_id=a/b\noption.task=text-generation\n",
        [("a/b", 2, "unknown")],
    ),
    "a task definition": (
        "task.json",
        """\
        {"containerDefinitions": [{
          "image": "vllm/vllm-openai:v0.8",
          "command": ["--model", "a/b", "--tool-call-parser", "x"]
        }]}
        """,
        [("a/b", 3, "chat")],
    ),
    "Vertex": (
        "up.py",
        'm = aiplatform.Model.upload(serving_container_args=["--model=a/b", "--enable-auto-tool-choice"])\n',
        [("a/b", 1, "chat")],
    ),
    "SageMaker in Python": (
        "deploy.py",
        'hub = {"HF_MODEL_ID": "a/b", "MESSAGES_API_ENABLED": "true"}\nHuggingFaceModel(env=hub)\n',
        [("a/b", 1, "chat")],
    ),
    "BentoML": ("bentofile.yaml", "service: x\nargs:\n  model_id: a/b\n", [("a/b", 3, "unknown")]),
    "OpenLLM": ("run.sh", "openllm serve a/b\n", [("a/b", 1, "unknown")]),
    "MLX": ("run.sh", "mlx_lm.server --model a/b\n", [("a/b", 1, "unknown")]),
    "transformers serve": ("run.sh", "transformers chat a/b\n", [("a/b", 1, "chat")]),
    "Nomad": (
        "llm.nomad.hcl",
        """\
        job "llm" {
          group "g" {
            task "vllm" {
              driver = "docker"
              config {
                image = "vllm/vllm-openai:v0.8"
                args  = ["--model", "a/b", "--tool-call-parser", "hermes"]
              }
            }
            task "tgi" {
              config { image = "ghcr.io/huggingface/text-generation-inference:3" }
              env { MODEL_ID = "c/d" }
            }
          }
        }
        """,
        [("a/b", 7, "chat"), ("c/d", 12, "unknown")],
    ),
    "Hugging Face endpoints by Terraform": (
        "main.tf",
        """\
        resource "huggingface_endpoint" "x" {
          model = {
            repository = "a/b"
            task = "text-generation"
          }
        }
        """,
        [("a/b", 3, "unknown")],
    ),
    "a notebook": (
        "train.ipynb",
        """\
        {
         "cells": [
          {"cell_type": "markdown", "source": ["x"]},
          {"cell_type": "code", "source": [
            "!vllm serve a/b --tool-call-parser x\\n",
            "from vllm import LLM\\n",
            "llm = LLM(model=\\"c/d\\")\\n"
          ]}
         ],
         "nbformat": 4
        }
        """,
        [("a/b", 5, "chat"), ("c/d", 7, "unknown")],
    ),
    "a model in a mounted folder": (
        "compose.yaml",
        """\
        services:
          llm:
            image: vllm/vllm-openai
            volumes: ["./weights/thing-7b-instruct:/model:ro"]
            command: --model /model
        """,
        [("./weights/thing-7b-instruct", 4, "unknown")],
    ),
    "a chat client beside the only server": (
        "compose.yaml",
        """\
        services:
          llm:
            image: ghcr.io/huggingface/text-generation-inference
            command: --model-id a/b
          chat_ui:
            build: {context: ./chat-ui}
        """,
        [("a/b", 4, "chat")],
    ),
    "the chart's values around a server": (
        "values.yaml",
        """\
        runtimes:
          vllm:
            args:
              - --model
              - /mnt/models
        """,
        [("/mnt/models", 5, "unknown")],
    ),
    "variables that belong together": (
        ".env",
        """\
        MAIN_MODEL_ID=a/b
        MAIN_MODEL_REVISION=v1
        MAIN_EXTRA_ARGS=--tool-call-parser hermes
        OTHER_MODEL_ID=c/d
        LLM_MODEL_NAME=qwen3:32b
        MODEL=zephyr-7b-beta-exl2
        """,
        [("a/b", 1, "chat"), ("c/d", 4, "unknown"), ("qwen3:32b", 5, "unknown"), ("zephyr-7b-beta-exl2", 6, "unknown")],
    ),
    "KServe's storage initializer": (
        "job.yaml",
        """\
        apiVersion: batch/v1
        kind: Job
        spec:
          template:
            spec:
              initContainers:
              - image: kserve/storage-initializer:latest
                args: ["hf://a/b", /mnt]
        """,
        [("a/b", 8, "unknown")],
    ),
    "a GitHub workflow": (
        ".github/workflows/ci.yml",
        """\
        on: push
        jobs:
          serve:
            steps:
            - run: |
                vllm serve a/b --enable-auto-tool-choice &
        """,
        [("a/b", 6, "chat")],
    ),
}


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_is_read(stack: str) -> None:
    path, text, expected = STACKS[stack]
    found = [(use.model, use.at.line, use.purpose) for use in uses({path: textwrap.dedent(text)})]
    assert sorted(found, key=lambda one: one[1]) == expected


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(STACKS)), st.integers(0, 600), st.integers(0, 40), st.text(max_size=12))
def test_no_cut_or_insertion_breaks_a_reader(stack: str, start: int, length: int, put: str) -> None:
    path, text, _ = STACKS[stack]
    whole = textwrap.dedent(text)
    mutated = whole[:start] + put + whole[start + length :]
    if "\0" in mutated:
        return
    lines = len(re.split(r"\r\n|\r|\n", mutated))
    for use in uses({path: mutated}):
        assert use.model
        assert use.at.line is None or 1 <= use.at.line <= lines


TRAINING = [
    ("a.py", "from trl import SFTTrainer\nM = AutoModel.from_pretrained('a/b')\nSFTTrainer(M)\n", (None, (), None, None)),
    (
        "a.py",
        (
            "M = FastLanguageModel.from_pretrained('a/b')\nM = get_peft_model(M, target_modules=['q', 'lm_head'])\n"
            "t = get_chat_template(t, chat_template='llama-3')\nt.pad_token = t.eos_token\nSFTTrainer(M)\n"
        ),
        ("lora", ("q", "lm_head"), "llama-3", "eos_token"),
    ),
    (
        "run.sh",
        "trl sft --model_name_or_path a/b --use_peft --lora_modules_to_save embed_tokens lm_head\n",
        ("lora", ("embed_tokens", "lm_head"), None, None),
    ),
    (
        "run.sh",
        "llamafactory-cli train --model_name_or_path a/b --finetuning_type lora --additional_target a,b --template llama3\n",
        ("lora", ("a", "b"), "llama3", None),
    ),
    (
        "a.yaml",
        "base_model: a/b\nadapter: qlora\nlora_modules_to_save: [lm_head]\nspecial_tokens: {pad_token: <e>, eos_token: <e>}\n",
        ("qlora", ("lm_head",), None, "eos_token"),
    ),
]


@pytest.mark.parametrize(("path", "text", "expected"), TRAINING, ids=[text[:40] for _, text, _ in TRAINING])
def test_how_a_run_trains(path: str, text: str, expected: tuple[object, ...]) -> None:
    (use,) = uses({path: text})
    assert (use.adapter, use.trained, use.template, use.pad_token) == expected
