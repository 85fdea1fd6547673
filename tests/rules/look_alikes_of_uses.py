"""What people have in files that use checkpoints, and what is near to a fault and is none: rule → what it is → the files."""

from __future__ import annotations

from modelcheck.testing.tiny import safetensors

from rules.cases import CHATML, dumps, tokens
from rules.fault import Files
from rules.look_alikes_of_cards import LookAlikes

TOOLS = "{% if tools %}{{ tools | tojson }}{% endif %}" + CHATML
THINKS = CHATML + "{% if enable_thinking %}<think>{% endif %}"


def shell(command: str) -> Files:
    return {"run.sh": f"{command}\n"}


def local(command: str, template: str | None) -> Files:
    """A server of ``./m``, with a template or without one."""
    files = {"m/config.json": dumps(model_type="llama"), "m/tokenizer_config.json": tokens("<|im_end|>", eos="<|im_end|>")}
    return {**shell(command), **files, **({"m/chat_template.jinja": template} if template else {})}


def modelfile(template: str, *lines: str, of: str = "./thing.gguf") -> Files:
    return {"Modelfile": "\n".join((f"FROM {of}", f'TEMPLATE """{template}"""', *lines, ""))}


def factory(model: str, template: str, stage: str = "sft", *lines: str) -> Files:
    return {
        "t.yaml": "\n".join(
            (f"model_name_or_path: {model}", f"stage: {stage}", "do_train: true", f"template: {template}", *lines, "")
        )
    }


def embedding(tensor: str) -> Files:
    """A server of a model of 8 tokens with an adapter."""
    return {
        **shell("vllm serve ./m --enable-lora --lora-modules a=./saves/lora"),
        "m/config.json": dumps(model_type="llama", vocab_size=8),
        "saves/lora/adapter_config.json": dumps(peft_type="LORA", base_model_name_or_path="acme/Thing-7B"),
        "saves/lora/adapter_model.safetensors": safetensors(f"base_model.model.model.{tensor}"),
    }


CHATML_OF_OLLAMA = "<|im_start|>user\n{{ .Prompt }}<|im_end|>\n<|im_start|>assistant\n{{ .Response }}<|im_end|>"
USES: LookAlikes = {
    "deploy/no-text-model-behind-chat": {
        "a Modelfile of an embedding model": {"Modelfile": "FROM nomic-embed-text\nPARAMETER num_ctx 8192\n"},
        "an embedding model called as OpenAI's": shell("vllm serve BAAI/bge-m3 --served-model-name text-embedding-3-small"),
        "a reranker": shell("vllm serve BAAI/bge-reranker-v2-m3 --task score"),
        "a reranker whose template joins query and document": shell("vllm serve acme/Thing-rerank-1b --chat-template score.jinja"),
    },
    "deploy/adapter-embedding-larger": {
        "as many rows": embedding("embed_tokens.weight F32 8x4"),
        "fewer": embedding("embed_tokens.weight F32 7x4"),
        "low-rank matrices of it": embedding("embed_tokens.lora_A.weight F32 12x4"),
    },
    "deploy/chat-without-template": {
        "a template of the deployment": local("vllm serve ./m --enable-auto-tool-choice --chat-template ./t.jinja", None),
        "one of its own": local("vllm serve ./m --enable-auto-tool-choice", CHATML),
        "completions only": local("vllm serve ./m", None),
        "the tokenizer of another": local("vllm serve ./m --enable-auto-tool-choice --tokenizer acme/Thing-7B-Instruct", None),
        "llama.cpp, which has a default": local("llama-server -m ./m --jinja", None),
    },
    "deploy/model-not-named": {
        "as an argument": shell("docker run vllm/vllm-openai --model acme/Thing-7B"),
        "by its place": shell("vllm serve acme/Thing-7B"),
        "in the environment": shell("docker run -e MODEL_ID=acme/Thing-7B ghcr.io/huggingface/text-generation-inference:3"),
    },
    "deploy/parser-without-template-part": {
        "tools": local("vllm serve ./m --enable-auto-tool-choice --tool-call-parser hermes", TOOLS),
        "thoughts": local("vllm serve ./m --reasoning-parser qwen3", THINKS),
        "a template of the deployment": local("vllm serve ./m --tool-call-parser hermes --chat-template t.jinja", CHATML),
        "a model that is not here": shell("vllm serve acme/Thing-7B-Instruct --tool-call-parser hermes"),
    },
    "deploy/revision-of-another-stage": {
        "a commit": shell("vllm serve acme/Thing-7B-Instruct --revision 8c22764a7e3675c50d4c7c9a4edb474456022b16"),
        "a version": shell("vllm serve acme/Thing-7B-Instruct --revision v1.0"),
        "a branch of a format": shell("vllm serve acme/Thing-7B-Instruct --revision gptq-4bit"),
        "the same stage": shell("vllm serve acme/Thing-7B --revision instruct-v2"),
    },
    "deploy/served-name-says-otherwise": {
        "OpenAI's name": shell("vllm serve acme/Thing-7B-Instruct --served-model-name gpt-3.5-turbo"),
        "a short name": shell("vllm serve acme/Thing-7B-Base --served-model-name thing"),
        "the same": shell("vllm serve acme/Thing-7B-Instruct --served-model-name thing-instruct"),
        "a word that holds one": shell("vllm serve acme/Thing-7B-Instruct --served-model-name database-helper"),
    },
    "deploy/tokenizer-of-another-stage": {
        "the same": shell("vllm serve acme/Thing-7B-Instruct --tokenizer acme/Thing-7B-Instruct"),
        "of a copy": shell("vllm serve ./thing-7b-instruct.Q4_K_M.gguf --tokenizer acme/Thing-7B-Instruct"),
        "a name that states nothing": shell("vllm serve acme/Thing-7B-Instruct --tokenizer hf-internal-testing/llama-tokenizer"),
    },
    "deploy/turn-end-not-among-stops": {
        "among several": modelfile(CHATML_OF_OLLAMA, 'PARAMETER stop "<|im_start|>"', 'PARAMETER stop "<|im_end|>"'),
        "no stops, so those of the file": modelfile(CHATML_OF_OLLAMA),
        "no end in the template": modelfile("{{ .Prompt }}", 'PARAMETER stop "###"'),
    },
    "evaluate/base-with-template": {
        "an instruct model": shell("lm_eval --model hf --model_args pretrained=acme/Thing-7B-Instruct --apply_chat_template"),
        "a base model without": shell("lm_eval --model hf --model_args pretrained=acme/Thing-7B-Base --tasks mmlu"),
        "few shots": shell("lm_eval --model hf --model_args pretrained=acme/Thing-7B-Base --num_fewshot 5"),
    },
    "evaluate/instruct-without-template": {
        "mT0": shell("lm_eval --model hf --model_args pretrained=bigscience/mt0-xl --tasks xnli"),
        "Flan": shell("lm_eval --model hf --model_args pretrained=google/flan-t5-xl --tasks boolq"),
        "BLOOMZ": shell("lm_eval --model hf --model_args pretrained=bigscience/bloomz-7b1 --tasks xnli"),
        "a template": shell("lm_eval --model hf --model_args pretrained=acme/Thing-7B-Instruct --apply_chat_template"),
    },
    "finetune/foreign-template": {
        "Nous-Hermes on Mistral": factory("NousResearch/Nous-Hermes-2-Mistral-7B-DPO", "chatml"),
        "dolphin on Llama 3": factory("cognitivecomputations/dolphin-2.9-llama3-8b", "chatml"),
        "its own format": factory("Qwen/Qwen2.5-7B-Instruct", "qwen"),
        "a distilled model": factory("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", "deepseekr1"),
        "OpenOrca on Mistral": factory("Open-Orca/Mistral-7B-OpenOrca", "chatml"),
        "a base model": factory("meta-llama/Llama-3.1-8B", "chatml"),
    },
    "finetune/preference-from-base": {
        "from an instruct model": factory("acme/Thing-7B-Instruct", "qwen", "dpo"),
        "after supervised tuning": factory("acme/thing-7b-sft", "qwen", "dpo"),
        "a reward model": factory("acme/Thing-7B-Base", "qwen", "rm"),
    },
    "finetune/pretraining-from-instruct": {
        "from a base model": factory("acme/Thing-7B-Base", "default", "pt"),
        "supervised tuning": factory("acme/Thing-7B-Instruct", "qwen"),
        "a name that states nothing": factory("acme/Thing-7B", "default", "pt"),
    },
    "finetune/turn-tokens-not-trained": {
        "Alpaca's plain text": factory("acme/Thing-7B-Base", "alpaca", "sft", "finetuning_type: lora"),
        "the plain text of DeepSeek V2": factory("acme/Thing-7B-Base", "deepseek", "sft", "finetuning_type: lora"),
        "the plain text of DeepSeek Coder": factory("acme/Thing-7B-Base", "deepseekcoder", "sft", "finetuning_type: lora"),
        "the embeddings, too": factory(
            "acme/Thing-7B-Base", "chatml", "sft", "finetuning_type: lora", "additional_target: embed_tokens,lm_head"
        ),
        "a base whose card says that they are trained": {
            **factory("./base", "chatml", "sft", "finetuning_type: lora"),
            "base/README.md": "---\nlicense: mit\n---\n# Base\n\nA pretrained base model. The control tokens of the chat format were also trained.\n",
            "base/config.json": dumps(model_type="llama"),
        },
    },
    "useless-suppression": {
        "a comment about it": shell("# see modelcheck ignore in the docs\nvllm serve acme/Thing-7B-Instruct"),
        "another linter's": shell("vllm serve acme/Thing-7B-Instruct  # noqa: ignore[x]"),
        "in a text": {"README.md": "---\nlicense: mit\n---\n`modelcheck: ignore` is a comment.\n"},
    },
}
