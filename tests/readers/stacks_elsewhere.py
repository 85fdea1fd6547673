"""Scripts, JSON, HCL and other files of serving stacks: path, text, and the model, line and purpose of each use in it."""

from __future__ import annotations

from readers.stacks_in_yaml import Expected

ELSEWHERE: dict[str, tuple[str, str, Expected]] = {
    "a Hugging Face endpoint": (
        "endpoint.json",
        """\
        {"model": {"repository": "a/b", "framework": "pytorch", "task": "text-generation", "model_id": ""}}
        """,
        [("a/b", 1, "unknown")],
    ),
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
          {"key": "MODEL_NAME", "value": "a/b-7b"},
          {"key": "TOOL_CALL_PARSER", "value": "hermes"}
        ]}}
        """,
        [("a/b-7b", 2, "chat")],
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
}
