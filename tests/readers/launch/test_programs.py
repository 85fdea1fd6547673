"""Programs by their command lines: one row each, and what is no use of a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from readers.assembly.trees import uses_of

M = "acme/Ivy-7b"
COMMANDS = {
    f"python -m fastchat.serve.model_worker --model-path {M} --port 1": "chat",
    f"python3 -m llava.serve.cli --model-path {M}": "chat",
    f"vllm-router --service-discovery static --static-models {M}": "unknown",
    f"vllm bench serve --model {M} --num-prompts 9": "unknown",
    f"aphrodite run {M} --tool-call-parser hermes": "chat",
    f"transformers serve --force-model {M}": "unknown",
    f"ramalama serve hf://{M}": "unknown",
    f"mistralrs-server --port 1 -m {M}": "unknown",
    f"docker model run hf.co/{M}": "unknown",
    f"optimum-cli export onnx --model {M} out/": "unknown",
    f"inspect eval task.py --model vllm/{M}": "unknown",
    f'lighteval vllm "model_name={M},dtype=auto" tasks.txt': "completion",
    f'lighteval accelerate "pretrained={M}" x --use-chat-template': "chat",
    f"tune download {M} --output-dir x": "unknown",
    f"tune run --nproc_per_node 2 lora_finetune_distributed --config x checkpointer.checkpoint_dir={M}": "finetune",
    f"swift sft --model {M} --train_type lora --dataset x": "finetune",
    f"swift deploy --model {M}": "unknown",
    f"axolotl train x.yml --base-model {M}": "finetune",
    f"autotrain llm --train --model {M} --trainer sft": "finetune",
    f"mlx_lm.lora --model {M} --train": "finetune",
    f"uv run examples/run_grpo.py policy.model_name={M}": "unknown",
    f"my-launcher --model_name_or_path {M} --bf16": "unknown",
    f"kubectl run x --image=vllm/vllm-openai:v1 --port 1 -- --model {M} --tool-call-parser hermes": "chat",
    f"oc create deployment x --image vllm/vllm-openai -- vllm serve {M} --tool-call-parser hermes": "chat",
    f"kubectl run x --image=ghcr.io/huggingface/text-generation-inference:3 --env=MODEL_ID={M}": "unknown",
    f"gcloud run deploy x --image=vllm/vllm-openai --args=--model={M},--tool-call-parser=hermes --gpu 1": "chat",
    f"gcloud run deploy x --image ghcr.io/huggingface/text-generation-inference --set-env-vars A=1,MODEL_ID={M}": "unknown",
    f"runpodctl create pod --imageName vllm/vllm-openai:latest --args '--model {M} --port 8000'": "unknown",
}
NONE = (
    "kubectl set image deployment/x vllm=acme/Ivy-7b",
    "kubectl run x --image=acme/vllm-client:7b -- curl acme/Ivy-7b",
    "gcloud run deploy x --image=acme/Ivy-7b",
    "docker build --model acme/Ivy-7b .",
    "inspect eval task.py --model openai/gpt-4o",
    "inspect eval task.py --model together/acme/Ivy-7b",
    "my-launcher --model small --model_name_or_path ./out",
    "hf download acme/chats-7b --repo-type dataset",
    "echo --model acme/Ivy-7b",
    'my-launcher --model "$1"x',
)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_program(command: str, tmp_path: Path) -> None:
    assert uses_of(tmp_path, {"run.sh": f"{command}\n"}) == {("run.sh", 1, M, COMMANDS[command])}


@pytest.mark.parametrize("command", NONE)
def test_what_names_no_model(command: str, tmp_path: Path) -> None:
    assert not {one for one in uses_of(tmp_path, {"run.sh": f"{command}\n"}) if "$" not in one[2]}


def test_a_list_of_models_each_at_its_own_place(tmp_path: Path) -> None:
    from readers.assembly.trees import report_of

    report = report_of(tmp_path, {"run.sh": "python3 -m vllm_router.app --static-models acme/Ivy-7b,acme/Oak-9b\n"})
    assert [(use["model"], use["column"]) for use in report["uses"]] == [("acme/Ivy-7b", 44), ("acme/Oak-9b", 56)]
