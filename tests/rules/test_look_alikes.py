"""Of each rule a fault, and correct checkpoints and deployments that resemble it: the rule reports the fault only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from modelcheck.testing import check

from rules.cases import card

Files = Mapping[str, str | bytes]


@dataclass(frozen=True)
class Fault:
    """``fine`` is what is correct → its files. ``says`` is a part of the message about ``files``."""

    rule: str
    files: Files
    fine: Mapping[str, Files]
    says: str = ""
    name: str = "memory"
    others: Mapping[str, Files] = field(default_factory=dict)


MIT = "MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining\na copy of this software\n"
APACHE = "                 Apache License\n           Version 2.0, January 2004\n      http://www.apache.org/licenses/\n"
NC = "Creative Commons\n\nAttribution-NonCommercial 4.0 International\n\nCreative Commons Corporation is not a law firm\n"
GPL = "                    GNU GENERAL PUBLIC LICENSE\n                       Version 3, 29 June 2007\n"
BSD = "BSD 3-Clause License\n\nRedistribution and use in source and binary forms, with or without\nmodification, are permitted\n"


def licensed(stated: str, text: str, **more: str) -> Files:
    return {
        "README.md": card(f"license: {stated}"),
        "LICENSE": text,
        **{name.replace("_", "-"): value for name, value in more.items()},
    }


def results(dataset: str) -> Files:
    front = f"""license: mit
model-index:
- name: Thing
  results:
  - task: {{type: text-generation}}
    dataset: {{type: acme/talks, name: Talks{dataset}}}
    metrics: [{{type: accuracy, value: 0.5}}]"""
    return {"README.md": card(front)}


def languages(text: str) -> Files:
    return {"README.md": card(f"license: mit\nlanguage: {text}")}


def listed(text: str) -> Files:
    return {"README.md": card(f"license: mit\n{text}")}


CARDS = (
    Fault(
        "card/license-differs-from-file", licensed("mit", APACHE),
        {
            "the same license": licensed("apache-2.0", APACHE),
            "a license of its own beside a well-known text": licensed("other", MIT),
            "two licenses for two parts": licensed("cc-by-nc-4.0", MIT, LICENSE_MODEL=NC),
            "a file that holds two licenses": licensed("mit", f"{APACHE}\nThe tokenizer:\n{MIT}"),
            "a text that nobody knows": licensed("mit", "You may use this on Tuesdays."),
            "a member of the stated family": licensed("bsd-3-clause", BSD),
            "a license that mentions another one far below": licensed("gpl-3.0", f"{GPL}{'x' * 900} GNU Affero {GPL}"),
            "two licenses to choose from": licensed("[mit, apache-2.0]", APACHE),
        },
        says="apache-2.0",
    ),
    Fault(
        "card/license-differs-from-file", licensed("apache-2.0", NC),
        {
            "a non-commercial license": licensed("cc-by-nc-4.0", NC),
            "the terms of a community": licensed("llama3.1", "LLAMA 3.1 COMMUNITY LICENSE AGREEMENT\n"),
        },
        says="cc-by-nc-4.0",
    ),
    Fault(
        "card/language-unknown", languages("pt-BR"),
        {
            "a plain code": languages("pt"),
            "three letters": languages("[yue, nld]"),
            "what is no language": languages("code"),
            "a region where it belongs": {"README.md": card("license: mit\nlanguage: pt\nlanguage_bcp47:\n- pt-BR")},
        },
        says="'pt'",
    ),
    Fault(
        "card/model-index-malformed", results(", config: null"),
        {
            "a config by its name": results(", config: default"),
            "a number between quotation marks": results(', config: "2024"'),
            "arguments of any shape": results(", args: {num_few_shot: 5}"),
            "a field that is left out": results(""),
        },
        says="dataset.config",
    ),
    Fault(
        "card/field-of-wrong-type", listed("datasets:\n- null"),
        {
            "a list of names": listed("datasets:\n- acme/talks"),
            "no list at all": listed("datasets:"),
            "the word": listed('tags:\n- "null"'),
            "an empty list": listed("datasets: []"),
        },
        says="null",
    ),
)  # fmt: skip


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
ALL = (*CARDS, *FINETUNING, *SERVED)


@pytest.mark.parametrize("fault", ALL, ids=lambda fault: f"{fault.rule}-{fault.says}")
def test_the_fault_is_reported(fault: Fault) -> None:
    found = check(fault.rule, fault.files, name=fault.name, others=fault.others)
    assert any(fault.says in one.finding.message for one in found), [one.finding.message for one in found]


@pytest.mark.parametrize(
    ("fault", "what"), [(fault, what) for fault in ALL for what in fault.fine], ids=lambda value: getattr(value, "rule", value)
)
def test_what_looks_like_it_is_not(fault: Fault, what: str) -> None:
    found = check(fault.rule, fault.fine[what], name=fault.name, others=fault.others)
    assert found == [], [one.finding.message for one in found]
