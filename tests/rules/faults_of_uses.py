"""Faults of files that use a checkpoint, each with correct ones that resemble it."""

from __future__ import annotations

from collections.abc import Mapping

from rules.cases import dumps
from rules.fault import Fault, Files


def factory(*lines: str, model: str = "acme/Thing-7B-Base") -> Mapping[str, str]:
    return {"sft.yaml": "\n".join((f"model_name_or_path: {model}", "stage: sft", "do_train: true", "template: chatml", *lines, ""))}


def axolotl(*lines: str, model: str = "acme/Thing-7B-Base", kind: str = "chat_template") -> Files:
    data = f"datasets:\n- path: acme/talks\n  type: {kind}"
    return {"run.yml": "\n".join((f"base_model: {model}", "sequence_len: 4096", data, *lines, ""))}


def sft(*lines: str, data: str = "trl-lib/Capybara", model: str = "acme/Thing-7B-Base", arguments: str = "") -> Files:
    setup = f'data = load_dataset("{data}", split="train")'
    trains = f'SFTTrainer(model="{model}", train_dataset=data{arguments}).train()'
    return {"train.py": "\n".join(("from datasets import load_dataset", "from trl import SFTTrainer", setup, *lines, trains, ""))}


def shell(command: str) -> Files:
    return {"run.sh": f"{command}\n"}


FINETUNING = (
    Fault(
        "finetune/turn-tokens-not-trained", factory("finetuning_type: freeze", "freeze_trainable_layers: 2"),
        {
            "all weights": factory("finetuning_type: full"),
            "last layers and the embeddings": factory("finetuning_type: freeze", "freeze_extra_modules: embed_tokens,lm_head"),
            "an instruct model": factory("finetuning_type: freeze", model="acme/Thing-7B-Instruct"),
            "a vocabulary that is resized, whose rows are trained": factory("finetuning_type: lora", "resize_vocab: true"),
            "a run that only predicts": {
                "p.yaml": factory("finetuning_type: freeze")["sft.yaml"].replace("do_train", "do_predict"),
            },
        },
        says="freeze",
    ),
    Fault(
        "finetune/template-not-there", axolotl(),
        {
            "a template by its name": axolotl("chat_template: chatml"),
            "a template of the dataset": axolotl("  chat_template: llama3"),
            "a format of plain text": axolotl(kind="alpaca"),
            "an instruct model": axolotl(model="acme/Thing-7B-Instruct"),
            "a family whose base models ship one": axolotl(model="Qwen/Qwen2.5-7B"),
            "a fallback": axolotl("chat_template: tokenizer_default_fallback_chatml"),
            "the tokenizer of another model": axolotl("tokenizer_config: acme/Thing-7B-Instruct"),
        },
        says="ship none",
    ),
    Fault(
        "finetune/template-not-there", sft(),
        {
            "plain text": sft(data="acme/books"),
            "an instruct model": sft(model="acme/Thing-7B-Instruct"),
            "messages that are turned into text": sft("data = data.map(to_text)"),
            "a function that formats": sft(arguments=", formatting_func=to_text"),
            "a template that is set": sft("tokenizer.chat_template = CHATML"),
            "the instruct model's tokenizer": sft('tokenizer = AutoTokenizer.from_pretrained("acme/Thing-7B-Instruct")'),
            "a template from a path": sft(arguments=', args=SFTConfig(chat_template_path="acme/Thing-7B-Instruct")'),
        },
    ),
    Fault(
        "finetune/preference-from-base", shell("accelerate launch trl/scripts/dpo.py --model_name_or_path acme/Thing-7B-Base"),
        {
            "supervised tuning": shell("accelerate launch trl/scripts/sft.py --model_name_or_path acme/Thing-7B-Base"),
            "both at once": shell("trl orpo --model_name_or_path acme/Thing-7B-Base"),
            "verifiable rewards": shell("accelerate launch trl/scripts/grpo.py --model_name_or_path acme/Thing-7B-Base"),
            "after supervised tuning": shell("accelerate launch trl/scripts/dpo.py --model_name_or_path acme/Thing-7B-SFT"),
            "two methods in one name": shell("accelerate launch sft_or_dpo.py --model_name_or_path acme/Thing-7B-Base"),
        },
    ),
)  # fmt: skip
PLAIN = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"
XML = PLAIN + "{% for c in calls %}<tool_call><function={{ c }}><parameter=x>1</parameter></function></tool_call>{% endfor %}"
HERMES = PLAIN + "{% for c in calls %}<tool_call>{{ c | tojson }}</tool_call>{% endfor %}"
CHATML = 'TEMPLATE """<|im_start|>user\n{{ .Prompt }}<|im_end|>\n<|im_start|>assistant\n"""\n'
LORA = {
    "saves/lora/adapter_config.json": dumps(peft_type="LORA", base_model_name_or_path="acme/Thing-7B"),
    "saves/lora/adapter_model.safetensors": "",
}


def served(arguments: str, template: str) -> Files:
    config = {"m/config.json": dumps(model_type="llama"), "m/tokenizer_config.json": dumps(eos_token="</s>")}
    return {**shell(f"vllm serve ./m {arguments}"), **config, "m/chat_template.jinja": template}


def drafts(vocabulary: int | None) -> Files:
    command = shell("""vllm serve ./big --speculative-config '{"model": "./small"}'""")
    config = dumps(model_type="llama", **({"vocab_size": vocabulary} if vocabulary else {}))
    return {**command, "big/config.json": dumps(model_type="qwen2", vocab_size=152064), "small/config.json": config}


def tgi(files: Files, more: str = "") -> Files:
    image = "docker run -e MESSAGES_API_ENABLED=true -e MODEL_ID=./m ghcr.io/huggingface/text-generation-inference:3.3.0"
    return {**shell(image + more), "m/config.json": dumps(model_type="llama"), "m/tokenizer_config.json": "{}", **files}


ROUTED = "model_list:\n- model_name: x\n  litellm_params:\n    model: hosted_vllm/%s\n    api_base: http://x:1/v1\n"
SERVED = (
    Fault(
        "deploy/no-text-model-behind-chat", shell("vllm serve acme/Thing-Embedding-8B --tool-call-parser hermes"),
        {
            "a router that does not say what for": {"litellm.yaml": ROUTED % "acme/thing-embedding-8b"},
            "the same of another provider": {
                "litellm.yaml": (ROUTED % "acme/thing-embedding-8b").replace("hosted_vllm/", "huggingface/")
            },
            "for embeddings": shell("vllm serve acme/Thing-Embedding-8B --task embed"),
        },
    ),
    Fault(
        "deploy/base-weights-behind-chat", shell("llamafactory-cli chat --model_name_or_path acme/Thing-7B-Base --template llama3"),
        {
            "an adapter that answers": shell(
                "llamafactory-cli chat --model_name_or_path acme/Thing-7B-Base --template llama3 --adapter_name_or_path saves/lora"
            ),
            "an adapter with its name, for which the options are": shell(
                "vllm serve acme/Thing-7B-Base --enable-lora --lora-modules help=acme/help-lora --chat-template ./chat.jinja"
            ),
            "the same in mlx": shell("mlx_lm.chat --model acme/Thing-7B-Base --adapter-path adapters --chat-template x"),
            "predictions of a trainer": shell(
                "llamafactory-cli train --stage sft --do_predict --model_name_or_path acme/Thing-7B-Base --template llama3"
            ),
            "an instruct model": shell("llamafactory-cli chat --model_name_or_path acme/Thing-7B-Instruct --template llama3"),
        },
    ),
    Fault(
        "deploy/parser-of-another-format", served("--tool-call-parser hermes", template=XML),
        {
            "a parser of the format": served("--tool-call-parser qwen3_coder", template=XML),
            "JSON in the same tag": served("--tool-call-parser hermes", template=HERMES),
            "a template without tools": served("--tool-call-parser hermes", template=PLAIN),
            "a template of its own": served("--tool-call-parser hermes --chat-template ./mine.jinja", template=XML),
            "a parser of several formats": served("--tool-call-parser xlam", template=XML),
            "a parser that nobody knows": served("--tool-call-parser thing", template=XML),
            "two formats": served("--tool-call-parser mistral", template=f"{XML}[TOOL_CALLS]"),
        },
        says="writes",
    ),
    Fault(
        "deploy/parser-of-another-format", shell("vllm serve zai-org/GLM-4.5-Air --tool-call-parser llama3_json"),
        {
            "its own": shell("vllm serve zai-org/GLM-4.5-Air --tool-call-parser glm45"),
            "a parser of no family": shell("vllm serve zai-org/GLM-4.5-Air --tool-call-parser pythonic"),
            "a model of two families": shell("vllm serve deepseek-ai/DeepSeek-R1-Distill-Llama-8B --tool-call-parser llama3_json"),
            "a family that nobody knows": shell("vllm serve acme/Thing-7B-Instruct --tool-call-parser llama3_json"),
            "the previous generation's": shell("vllm serve meta-llama/Llama-4-Scout-17B-16E --tool-call-parser llama3_json"),
            "a template of its own": shell("vllm serve zai-org/GLM-4.5-Air --tool-call-parser llama3_json --chat-template j.jinja"),
        },
        says="family GLM",
    ),
    Fault(
        "deploy/parser-of-another-format", shell("vllm serve Qwen/Qwen3-Coder-30B-A3B-Instruct --tool-call-parser hermes"),
        {"the generation before": shell("vllm serve Qwen/Qwen3-30B-A3B --tool-call-parser hermes")},
    ),
    Fault(
        "deploy/template-of-another-family",
        shell("vllm serve Qwen/Qwen2.5-7B-Instruct --chat-template examples/template_llama3.jinja"),
        {
            "its own": shell("vllm serve Qwen/Qwen2.5-7B-Instruct --chat-template qwen25.jinja"),
            "a name that states nothing": shell("vllm serve Qwen/Qwen2.5-7B-Instruct --chat-template template_chatml.jinja"),
            "a fine-tune in another format": shell("vllm serve acme/dolphin-llama3-8b-chat --chat-template qwen.jinja"),
            "the same format": shell("vllm serve mistralai/Mistral-7B-Instruct-v0.2 --chat-template llama2.jinja"),
            "a base model": shell("vllm serve Qwen/Qwen2.5-7B --chat-template llama3.jinja"),
        },
    ),
    Fault(
        "deploy/template-of-another-family",
        {"Modelfile": f"FROM gemma-2-9b-it\n{CHATML}"},
        {
            "a family of that format": {"Modelfile": f"FROM Qwen2.5-7B-Instruct\n{CHATML}"},
            "a fine-tune": {"Modelfile": f"FROM hf.co/acme/dolphin-gemma-2-9b\n{CHATML}"},
            "a family that nobody knows": {"Modelfile": f"FROM hf.co/acme/Thing-9b-it\n{CHATML}"},
        },
        says="im_start",
    ),
    Fault(
        "deploy/draft-of-another-vocabulary",
        shell("vllm serve Qwen/Qwen2.5-72B-Instruct --speculative-model meta-llama/Llama-3.2-1B"),
        {
            "the same family": shell("vllm serve Qwen/Qwen2.5-72B-Instruct --speculative-model Qwen/Qwen2.5-0.5B"),
            "a head that only drafts": shell("vllm serve Qwen/Qwen3-8B --speculative-model acme/llama3-style-EAGLE3"),
            "a name that states nothing": shell("vllm serve Qwen/Qwen2.5-72B-Instruct --speculative-model acme/Thing-1B"),
            "a model of two families": shell("vllm serve a/DeepSeek-R1-Distill-Qwen-32B --speculative-model Qwen/Qwen2.5-1.5B"),
        },
        says="family",
    ),
    Fault(
        "deploy/draft-of-another-vocabulary", drafts(128256),
        {"a padded vocabulary": drafts(151936), "a vocabulary that is unknown": drafts(None)},
        says="128,256",
    ),
    Fault(
        "deploy/adapter-without-base", shell("vllm serve acme/thing-7b-lora"),
        {
            "the adapter as an option": shell("vllm serve acme/Thing-7B --enable-lora --lora-modules a=acme/thing-7b-lora"),
            "a merged one": shell("vllm serve acme/thing-7b-lora-merged"),
            "an engine that finds the base": shell("text-generation-launcher --model-id acme/thing-7b-lora"),
            "a word that contains it": shell("vllm serve acme/Flora-7B"),
            "a method among others": shell("vllm serve acme/Thing-lora-dpo-7b"),
            "a folder with whole weights": {
                **shell("vllm serve ./thing-lora"), "thing-lora/config.json": "{}", "thing-lora/model.safetensors": "",
            },
        },
    ),
    Fault(
        "deploy/adapter-without-base",
        {**shell("vllm serve ./run1"), "run1/adapter_config.json": "{}", "run1/adapter_model.safetensors": ""},
        {
            "a model that was merged": {
                **shell("vllm serve ./run1"), "run1/adapter_config.json": "{}", "run1/config.json": "{}",
                "run1/model.safetensors": "",
            },
        },
    ),
    Fault(
        "deploy/adapter-of-another-base", {**shell("vllm serve acme/Thing-7B-Instruct --lora-modules a=./saves/lora"), **LORA},
        {
            "its base": {**shell("vllm serve acme/Thing-7B --lora-modules a=./saves/lora"), **LORA},
            "a copy of its base": {**shell("vllm serve acme/Thing-7B-AWQ --lora-modules a=./saves/lora"), **LORA},
            "a folder that is not there": shell("vllm serve acme/Thing-7B-Instruct --lora-modules a=./saves/lora"),
        },
    ),
    Fault(
        "deploy/template-not-read", tgi({"m/chat_template.jinja": PLAIN}),
        {
            "a copy in the tokenizer's config": tgi(
                {"m/chat_template.jinja": PLAIN, "m/tokenizer_config.json": dumps(chat_template=PLAIN)}
            ),
            "another file is passed": tgi({"m/chat_template.jinja": PLAIN}, " --tokenizer-config-path t.json"),
            "another engine": served("--enable-auto-tool-choice", template=PLAIN),
        },
    ),
)  # fmt: skip
