"""Faults of files that use a checkpoint, each with correct ones that resemble it."""

from __future__ import annotations

from collections.abc import Mapping

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
SERVED = (
    Fault(
        "deploy/base-weights-behind-chat", shell("llamafactory-cli chat --model_name_or_path acme/Thing-7B-Base --template llama3"),
        {
            "an adapter that answers": shell(
                "llamafactory-cli chat --model_name_or_path acme/Thing-7B-Base --template llama3 --adapter_name_or_path saves/lora"
            ),
            "the same in mlx": shell("mlx_lm.chat --model acme/Thing-7B-Base --adapter-path adapters --chat-template x"),
            "predictions of a trainer": shell(
                "llamafactory-cli train --stage sft --do_predict --model_name_or_path acme/Thing-7B-Base --template llama3"
            ),
            "an instruct model": shell("llamafactory-cli chat --model_name_or_path acme/Thing-7B-Instruct --template llama3"),
        },
    ),
)  # fmt: skip
