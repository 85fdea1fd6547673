"""What people have in configs and tokenizers, and what is near to a fault and is none: rule → what it is → the files, with the name if it matters."""

from __future__ import annotations

import json

from modelcheck.testing.tiny import gguf

from rules.cases import dumps, tokenizer_json
from rules.look_alikes_of_cards import LookAlikes
from rules.pieces import config, generation, stored, tokenizer

CONFIG: LookAlikes = {
    "config/architecture-of-another-model-type": {
        "a classifier of the same type": config(architectures=["LlamaForSequenceClassification"]),
        "Mistral's sibling": config(model_type="mixtral", architectures=["MixtralForCausalLM"]),
        "code of its own": config(architectures=["ThingForCausalLM"], auto_map={"AutoModelForCausalLM": "m.T"}),
        "several classes": config(model_type="gpt2", architectures=["GPT2LMHeadModel", "GPT2Model"]),
    },
    "config/code-file-missing": {
        "code of another repository": config(auto_map={"AutoModel": "acme/other--modeling_thing.T"}),
        "a file in a folder": {**config(auto_map={"AutoModel": "code.m.T"}), "code/m.py": ""},
        "a pair for a tokenizer": {
            "tokenizer_config.json": dumps(auto_map={"AutoTokenizer": ["t.T", None]}),
            "t.py": "",
            **config(),
        },
    },
    "config/generation-config-refused": {
        "sampling": generation(do_sample=True, temperature=0.6, top_p=0.9, top_k=20),
        "beams": generation(num_beams=4, length_penalty=1.2, early_stopping=True),
        "Qwen's": generation(bos_token_id=1, do_sample=True, eos_token_id=[2, 1], pad_token_id=1, repetition_penalty=1.05),
        "keys of whisper": generation(max_length=448, suppress_tokens=[1, 2], forced_decoder_ids=[[1, None]], is_multilingual=True),
    },
    "config/media-token-out-of-range": {
        "a token of the vocabulary": config(model_type="llava", image_token_index=32000, text_config={"vocab_size": 32064}),
        "no vocabulary here": config(model_type="llava", image_token_index=32000),
        "the vocabulary of the text model": config(model_type="qwen2_vl", image_token_id=151655, vocab_size=152064),
    },
    "config/model-type-missing": {
        "code of its own": {"config.json": dumps(architectures=["T"], auto_map={"AutoConfig": "a/b--c.D"})},
        "a type": config(),
        "the settings of a layer that pools": {**config(), "1_Pooling/config.json": dumps(pooling_mode_cls_token=True)},
    },
    "config/more-layers-than-tensors": {
        "layers of the text model": stored(
            "model.language_model.layers.0.a U8 1", model_type="qwen2_vl", text_config={"num_hidden_layers": 1}
        ),
        "as many": stored("model.layers.0.a U8 1", "model.layers.1.a U8 1", num_hidden_layers=2),
        "a layer that predicts the token after next": stored(
            "model.layers.0.a U8 1", "model.layers.1.eh_proj.weight U8 1", num_hidden_layers=1
        ),
    },
    "config/quantization-contradicts-tensors": {
        "GPTQ": stored(
            "model.layers.0.q.qweight I32 1x4", "model.layers.0.q.scales F16 1x4", quantization_config={"quant_method": "gptq"}
        ),
        "not at all": stored("model.layers.0.q.weight BF16 4x4"),
        "FP8": stored(
            "model.layers.0.q.weight F8_E4M3 4x4",
            "model.layers.0.q.weight_scale_inv F32 1x1",
            quantization_config={"quant_method": "fp8"},
        ),
        "in 4 bits when it is loaded": stored(
            "model.layers.0.q.weight BF16 4x4", quantization_config={"quant_method": "bitsandbytes", "load_in_4bit": True}
        ),
    },
    "config/quantization-not-declared": {
        "the config of the original beside a GGUF copy": ("acme/Thing-7B-Q4-GGUF", {"thing.gguf": gguf("a F32 1x1"), **config()}),
        "mlx's own key": ("acme/Thing-7B-4bit", stored("a U8 1", quantization={"bits": 4, "group_size": 64})),
        "a word that holds one": ("acme/Rawquant-7B", stored("model.layers.0.q.weight BF16 4x4")),
        "a model for quantization-aware training": ("acme/Thing-7B-qat-unquantized", stored("model.layers.0.q.weight BF16 4x4")),
    },
    "config/quantization-without-method": {
        "GPTQ": config(quantization_config={"quant_method": "gptq", "bits": 4}),
        "none": config(quantization_config=None),
        "bitsandbytes": config(quantization_config={"quant_method": "bitsandbytes", "load_in_8bit": True}),
    },
    "config/rope-key-missing": {
        "none": config(rope_scaling=None),
        "linear": config(rope_scaling={"type": "linear", "factor": 4.0}),
        "Llama 3.1's": config(
            rope_scaling={
                "factor": 8.0,
                "low_freq_factor": 1.0,
                "high_freq_factor": 4.0,
                "original_max_position_embeddings": 8192,
                "rope_type": "llama3",
            }
        ),
        "Qwen2-VL's": config(model_type="qwen2_vl", rope_scaling={"type": "mrope", "mrope_section": [16, 24, 24]}),
    },
    "config/stop-is-suppressed": {
        "other tokens": generation(eos_token_id=2, suppress_tokens=[5, 6]),
        "one of two": generation(eos_token_id=[2, 3], suppress_tokens=[3]),
        "only at the beginning": generation(eos_token_id=2, begin_suppress_tokens=[2, 220]),
    },
    "config/token-ids-disagree": {
        "a list that holds it": {**config(eos_token_id=1), **generation(eos_token_id=[1, 2])},
        "a base model's document end": {**config(eos_token_id=0), **tokenizer("<|endoftext|>", eos="<|endoftext|>")},
        "a padding token that only one has": {**config(eos_token_id=1), **generation(eos_token_id=1, pad_token_id=0)},
    },
    "config/vocab-size-differs-from-tensors": {
        "as many": stored("model.embed_tokens.weight BF16 8x4", vocab_size=8),
        "in the text config": stored(
            "model.language_model.embed_tokens.weight BF16 8x4", model_type="gemma3", text_config={"vocab_size": 8}
        ),
        "no embedding in this file": stored("model.layers.0.a U8 1", vocab_size=8),
    },
}


TOKENIZERS: LookAlikes = {
    "tokenizer/adds-no-bos": {
        "it adds none": tokenizer("a", add_bos_token=False, bos_token=None),
        "it has one": tokenizer("<s>", add_bos_token=True, bos_token="<s>"),
        "nothing is said": tokenizer("a", bos_token=None),
    },
    "tokenizer/eos-is-no-token": {
        "an added token": {**tokenizer("</s>", eos="</s>"), "tokenizer.json": tokenizer_json("</s>")},
        "a word of the vocabulary": {**tokenizer(eos="a"), "tokenizer.json": tokenizer_json()},
        "none": {**tokenizer(), "tokenizer.json": tokenizer_json()},
    },
    "tokenizer/larger-than-embedding": {
        "a padded embedding": {**config(vocab_size=64), "tokenizer.json": tokenizer_json("<s>", highest=40)},
        "just as large": {**config(vocab_size=8), "tokenizer.json": tokenizer_json("<s>", highest=7)},
        "no size": {**config(), "tokenizer.json": tokenizer_json("<s>", highest=40)},
    },
    "tokenizer/one-id-for-two-tokens": {
        "ids of their own": {"tokenizer.json": tokenizer_json("<s>", "</s>")},
        "in two files": {"tokenizer.json": tokenizer_json("<s>"), **tokenizer("<s>")},
        "one that is a word as well": {
            "tokenizer.json": json.dumps({"added_tokens": [{"id": 3, "content": "a"}], "model": {"vocab": {"a": 3}}})
        },
    },
    "tokenizer/special-tokens-disagree": {
        "a text and an object": {
            **tokenizer("</s>", eos="</s>"),
            "special_tokens_map.json": dumps(eos_token={"content": "</s>", "lstrip": False}),
        },
        "one says less": {**tokenizer("</s>", eos="</s>", pad_token="</s>"), "special_tokens_map.json": dumps(eos_token="</s>")},
        "additional ones": {
            **tokenizer("</s>", eos="</s>"),
            "special_tokens_map.json": dumps(eos_token="</s>", additional_special_tokens=["<x>"]),
        },
    },
    "tokenizer/token-id-out-of-range": {
        "the last id": config(vocab_size=8, eos_token_id=7),
        "none, as -1": config(vocab_size=8, eos_token_id=2, pad_token_id=-1),
        "a list": config(vocab_size=8, eos_token_id=[2, 7]),
    },
}
