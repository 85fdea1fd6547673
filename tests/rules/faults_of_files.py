"""Faults of a checkpoint's files, each with correct files that resemble it."""

from __future__ import annotations

from collections.abc import Mapping

from modelcheck.testing.tiny import safetensors

from rules.cases import CHATML, card, dumps, tokens
from rules.fault import Fault, Files

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


def weights(*tensors: str, config: Mapping[str, object], **more: str | bytes) -> Files:
    """``tensors`` are names with shapes, as in ``a 2x2``."""
    held = safetensors("\n".join(f"{name} BF16 {shape}" for name, shape in (one.split() for one in tensors)))
    return {"config.json": dumps(**config), "model.safetensors": held, **more}


def generator(**config: object) -> Files:
    return {
        "config.json": dumps(**{"model_type": "qwen3", "architectures": ["Qwen3ForCausalLM"], **config}),
        "tokenizer_config.json": dumps(eos_token="<|im_end|>"),
    }


def tuned(base: str = "acme/Thing-7B-Base", stops: object = 0, eos: str = "<|endoftext|>") -> Files:
    return {
        "config.json": dumps(model_type="qwen3", architectures=["Qwen3ForCausalLM"], eos_token_id=stops),
        "generation_config.json": dumps(eos_token_id=stops),
        "tokenizer_config.json": tokens("<|endoftext|>", "<|im_start|>", "<|im_end|>", eos=eos),
        "chat_template.jinja": CHATML,
        "README.md": card(f"base_model: {base}"),
    }


def adapter(tensor: str, base: str = "acme/Thing-7B") -> Files:
    name, shape = tensor.split()
    return {
        "adapter_config.json": dumps(peft_type="LORA", base_model_name_or_path=base),
        "adapter_model.safetensors": safetensors(f"base_model.model.model.{name} F32 {shape}"),
    }


LLAMA = {"model_type": "llama", "architectures": ["LlamaForCausalLM"]}
SEES = {"model_type": "qwen3_vl", "architectures": ["Qwen3VLForConditionalGeneration"]}
THING = {"model_type": "thing", "architectures": ["ThingForCausalLM"]}
UNTIED = {**SEES, "tie_word_embeddings": False}
LLAVA = {
    "model_type": "llava",
    "architectures": ["LlavaForConditionalGeneration"],
    "vision_config": {"model_type": "clip_vision_model"},
}
IN, OUT, LAYER = "model.embed_tokens.weight 8x4", "lm_head.weight 8x4", "model.layers.0.mlp.up_proj.weight 4x4"
NESTED = "model.language_model.embed_tokens.weight 8x4"
TENSORS = (
    Fault(
        "config/head-contradicts-tying", weights(NESTED, config={**SEES, "text_config": {"tie_word_embeddings": False}}),
        {
            "tied": weights(NESTED, config={**SEES, "text_config": {"tie_word_embeddings": True}}),
            "nothing is said": weights(NESTED, config=SEES),
            "two configs that contradict each other": weights(
                NESTED, config={**SEES, "tie_word_embeddings": True, "text_config": {"tie_word_embeddings": False}}
            ),
            "a head": weights(NESTED, OUT, config=UNTIED),
            "a head of another name": weights(NESTED, "model.to_vocabulary.weight 8x4", config=UNTIED),
            "a quantized head": weights(IN, "lm_head.qweight 4x2", config={**LLAMA, "tie_word_embeddings": False}),
            "an encoder and a decoder": weights(
                "model.decoder.embed_tokens.weight 8x4",
                config={**UNTIED, "architectures": ["WhisperForConditionalGeneration"], "is_encoder_decoder": True},
            ),
            "a model without a head": weights(IN, config={"architectures": ["LlamaModel"], "tie_word_embeddings": False}),
            "a shard of several": {
                "config.json": dumps(**LLAMA, tie_word_embeddings=False),
                "model-00001-of-00002.safetensors": safetensors("model.embed_tokens.weight BF16 8x4"),
            },
        },
    ),
    Fault(
        "config/tied-head-stored", weights(IN, OUT, config={**LLAMA, "tie_word_embeddings": True}),
        {
            "tied, and no head": weights(IN, config={**LLAMA, "tie_word_embeddings": True}),
            "not tied": weights(IN, OUT, config={**LLAMA, "tie_word_embeddings": False}),
            "nothing is said": weights(IN, OUT, config=LLAMA),
        },
    ),
    Fault(
        "config/embedding-missing", weights(OUT, LAYER, config=LLAMA),
        {
            "an embedding": weights(OUT, LAYER, IN, config=LLAMA),
            "an embedding of another name": weights(OUT, LAYER, "model.tok_in.weight 8x4", config=LLAMA),
            "one of its shape": weights(OUT, LAYER, "model.first.weight 8x4", config=LLAMA),
            "the head of a draft model": weights(OUT, LAYER, "fc.weight 4x8", config=LLAMA),
            "a model of images": weights(OUT, LAYER, config={"architectures": ["ThingForImageClassification"]}),
            "a head alone": weights(OUT, config=LLAMA),
            "an embedding beside those of images": weights(OUT, LAYER, IN, "visual.patch_embed.weight 4x4", config=SEES),
        },
    ),
    Fault(
        "tokenizer/missing", weights(IN, LAYER, config=LLAMA),
        {
            "a tokenizer": weights(IN, LAYER, config=LLAMA, **{"tokenizer.model": "x"}),
            "the oldest format": weights(IN, LAYER, config=LLAMA, **{"vocab.json": "{}", "merges.txt": ""}),
            "Mistral's": weights(IN, LAYER, config=LLAMA, **{"tekken.json": "{}", "params.json": "{}"}),
            "a folder of its own": weights(IN, LAYER, config=LLAMA, **{"tokenizer/qwen.tiktoken": "x"}),
            "its own code": weights(IN, LAYER, config=LLAMA, **{"tokenization_thing.py": ""}),
            "no weights": {"config.json": dumps(**LLAMA)},
            "a classifier": weights(IN, LAYER, config={"architectures": ["LlamaForSequenceClassification"]}),
        },
    ),
    Fault(
        "config/tokenizer-class-unknown", {"tokenizer_config.json": dumps(tokenizer_class="ThingTokenizer")},
        {
            "a class of transformers": {"tokenizer_config.json": dumps(tokenizer_class="Qwen2TokenizerFast")},
            "a class of transformers 4 only": {"tokenizer_config.json": dumps(tokenizer_class="ElectraTokenizer")},
            "its code is named": {
                "tokenizer_config.json": dumps(tokenizer_class="ThingTokenizer", auto_map={"AutoTokenizer": ["a--t.T"]})
            },
            "its code is here": {"tokenizer_config.json": dumps(tokenizer_class="ThingTokenizer"), "tokenization_thing.py": ""},
            "no class": {"tokenizer_config.json": dumps(eos_token="</s>")},
            "Mistral's": {"tokenizer_config.json": dumps(tokenizer_class="MistralCommonTokenizer")},
        },
    ),
    Fault(
        "config/processor-missing", weights(IN, config=LLAVA),
        {
            "a processor": weights(IN, config=LLAVA, **{"processor_config.json": "{}"}),
            "Mistral's": weights(IN, config=LLAVA, **{"params.json": "{}"}),
            "a model of text": weights(IN, config=LLAMA),
            "code of its own": weights(IN, config={**LLAVA, "auto_map": {"AutoModel": "m.M"}}),
            "no weights": {"config.json": dumps(**LLAVA)},
            "the text model of one that sees": weights(IN, config={**LLAVA, "architectures": ["LlamaForCausalLM"]}),
        },
    ),
    Fault(
        "config/eos-missing", generator(),
        {
            "an id in the config": generator(eos_token_id=2),
            "ids in the generation config": {**generator(), "generation_config.json": dumps(eos_token_id=[0, 2])},
            "an id in the config of the text model": generator(text_config={"eos_token_id": 2}),
            "a config alone": {"config.json": generator()["config.json"]},
            "a class with a default": generator(model_type="llama", architectures=["LlamaForCausalLM"]),
            "code of its own": generator(auto_map={"AutoModel": "m.M"}),
            "a type that nobody knows": generator(model_type="thing"),
            "an embedding model": {**generator(), "modules.json": "[]", "config_sentence_transformers.json": "{}"},
            "a classifier": generator(architectures=["Qwen3ForSequenceClassification"]),
        },
    ),
    Fault(
        "config/kept-the-base-eos", tuned(),
        {
            "an embedding model": {**tuned(), "config_sentence_transformers.json": "{}"},
            "its turn end is among the stops": tuned(stops=[0, 2]),
            "a tune of an instruct model": tuned(base="acme/Thing-7B-Instruct"),
        },
    ),
    Fault(
        "template/engines-stop-differently", {**tuned(stops=2), "README.md": card("license: mit")},
        {
            "an embedding model": {**tuned(stops=2), "config_sentence_transformers.json": "{}"},
            "a list of stops": tuned(stops=[0, 2], eos="<|im_end|>"),
            "engines that agree": tuned(stops=2, eos="<|im_end|>"),
        },
        name="acme/Thing-7B-Instruct",
    ),
    Fault(
        "config/model-type-unknown", weights(IN, config=THING),
        {
            "a type of transformers": weights(IN, config=LLAMA),
            "its code is named": weights(IN, config={**THING, "auto_map": {"AutoConfig": "acme/Thing--c.C"}}),
            "its code is here": weights(IN, config=THING, **{"modeling_thing.py": ""}),
            "another library": weights(IN, config=THING, **{"README.md": card("license: mit\nlibrary_name: mlx")}),
            "no weights": {"config.json": dumps(**THING)},
        },
    ),
    Fault(
        "config/embedding-missing", weights(OUT, LAYER, "visual.patch_embed.weight 4x4", config=SEES),
        {"an embedding of the text": weights(OUT, LAYER, NESTED, "visual.patch_embed.weight 4x4", config=SEES)},
    ),
    Fault(
        "weights/adapter-embedding-larger", adapter("embed_tokens.weight 12x4"),
        {
            "as many rows": adapter("embed_tokens.weight 8x4"),
            "low-rank matrices": adapter("embed_tokens.lora_A.weight 12x4"),
            "a base that is unknown": adapter("embed_tokens.weight 12x4", base="acme/Other-7B"),
            "no embedding": adapter("layers.0.self_attn.q_proj.lora_A.weight 16x4"),
        },
        others={"acme/Thing-7B": {"config.json": dumps(model_type="llama", vocab_size=8)}},
    ),
)  # fmt: skip
