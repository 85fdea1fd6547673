"""YAML files of serving stacks: path, text, and the model, line and purpose of each use in it."""

from __future__ import annotations

Expected = list[tuple[str, int, str]]

IN_YAML: dict[str, tuple[str, str, Expected]] = {
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
    "an image is no model": ("values.yaml", "model:\n  repository: vllm/vllm-openai\n  tag: x\n", []),
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
    "BentoML": ("bentofile.yaml", "service: x\nargs:\n  model_id: a/b\n", [("a/b", 3, "unknown")]),
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
