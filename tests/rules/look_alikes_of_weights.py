"""What people have in weights, and what is near to a fault and is none: rule → what it is → the files, with the name if it matters."""

from __future__ import annotations

import json

from modelcheck.testing.tiny import gguf, safetensors

from rules.cases import card, dumps
from rules.look_alikes_of_cards import LookAlikes
from rules.pieces import INDEX, LORA, adapter, config, shards, stored

WEIGHTS: LookAlikes = {
    "weights/adapter-matrices-unknown": {
        "LoRA": adapter(f"{LORA}A.weight F32 8x4", f"{LORA}B.weight F32 4x8"),
        "prompt tuning": adapter("prompt_embeddings F32 8x4", peft_type="PROMPT_TUNING"),
        "an embedding": adapter("base_model.model.model.embed_tokens.lora_embedding_A F32 8x4"),
    },
    "weights/adapter-rank-differs": {
        "as in the config": adapter(f"{LORA}A.weight F32 8x4", f"{LORA}B.weight F32 4x8"),
        "a rank of its own": adapter(f"{LORA}A.weight F32 4x4", f"{LORA}B.weight F32 4x4", rank_pattern={"q_proj": 4}),
        "a module that is saved whole": adapter(f"{LORA}A.weight F32 8x4", "base_model.model.lm_head.weight F32 16x4"),
    },
    "weights/adapter-without-config": {
        "with it": adapter(f"{LORA}A.weight F32 8x4"),
        "a LoRA of pictures": {"pytorch_lora_weights.safetensors": safetensors("unet.a.lora_A.weight F32 1x1")},
        "checkpoints of a run below": {
            **config(),
            "checkpoint-5/adapter_model.safetensors": "",
            "model.safetensors": safetensors("a U8 1"),
        },
    },
    "weights/adapter-without-weights": {
        "bin": {"adapter_config.json": dumps(peft_type="LORA"), "adapter_model.bin": "x"},
        "safetensors": adapter(f"{LORA}A.weight F32 8x4"),
        "adapters in folders": {
            "adapter_config.json": dumps(peft_type="LORA"),
            "sql/adapter_config.json": "{}",
            "sql/adapter_model.safetensors": "",
            "adapter_model.safetensors": "",
        },
    },
    "weights/base-not-found": {
        "a base that nobody looked up": {"README.md": card("license: mit\nbase_model: acme/Thing-7B")},
        "a path": adapter(f"{LORA}A.weight F32 8x4", base_model_name_or_path="/data/thing"),
        "no base": {"README.md": card("license: mit")},
    },
    "weights/gguf-cut-off": {
        "whole": {"t.gguf": gguf("a F32 4x8")},
        "two tensors": {"t.gguf": gguf("a F32 4x8\nb F16 3x3")},
        "keys alone, as for a vocabulary": {"t.gguf": gguf('general.name = "x"')},
    },
    "weights/gguf-header-contradicts-tensors": {
        "as many blocks": {"t.gguf": gguf("llama.block_count = 1\ntoken_embd.weight F32 4x8\nblk.0.a.weight F32 1x8")},
        "a projector of pictures": {"mmproj.gguf": gguf("clip.vision.block_count = 2\nv.blk.0.a.weight F32 1x8")},
        "no count": {"t.gguf": gguf("token_embd.weight F32 4x8\nblk.0.a.weight F32 1x8")},
    },
    "weights/gguf-key-twice": {
        "keys that begin alike": {"t.gguf": gguf('general.name = "a"\ngeneral.name.x = "b"\na F32 1x1')},
        "one key": {"t.gguf": gguf('general.name = "a"\na F32 1x1')},
        "a tensor called as a key": {"t.gguf": gguf('a = "b"\na F32 1x1')},
    },
    "weights/gguf-part-missing": {
        "all parts": {"t-00001-of-00002.gguf": gguf("a F32 1x1"), "t-00002-of-00002.gguf": gguf("b F32 1x1")},
        "one of one": {"t-00001-of-00001.gguf": gguf("a F32 1x1")},
        "a name with numbers": {"t-2024-of-hearts.gguf": gguf("a F32 1x1")},
    },
    "weights/gguf-quantization-mislabelled": {
        "mixed, as Q4_K_M is": {
            "t-Q4_K_M.gguf": gguf("blk.0.a.weight Q4_K 4x256\nblk.1.a.weight Q4_K 4x256\nblk.0.v.weight Q6_K 1x256")
        },
        "no label": {"t.gguf": gguf("blk.0.a.weight Q8_0 4x256")},
        "the label": {"t-Q8_0.gguf": gguf("blk.0.a.weight Q8_0 4x256")},
    },
    "weights/gguf-tensor-misplaced": {
        "padding between": {"t.gguf": gguf("a F32 3x3\nb F32 3x3")},
        "one": {"t.gguf": gguf("a F32 1x1")},
        "none": {"t.gguf": gguf('general.name = "x"')},
    },
    "weights/gguf-token-id-out-of-range": {
        "the last": {
            "t.gguf": gguf('tokenizer.ggml.tokens = ["a", "b"]\ntokenizer.ggml.eos_token_id = 1\ntoken_embd.weight F32 2x8')
        },
        "unset": {
            "t.gguf": gguf(
                'tokenizer.ggml.tokens = ["a", "b"]\ntokenizer.ggml.padding_token_id = 4294967295\ntoken_embd.weight F32 2x8'
            )
        },
        "no vocabulary": {"t.gguf": gguf("tokenizer.ggml.eos_token_id = 7\ntoken_embd.weight F32 2x8")},
    },
    "weights/gguf-vocabulary-differs": {
        "as many": {"t.gguf": gguf('tokenizer.ggml.tokens = ["a", "b"]\ntoken_embd.weight F32 2x8')},
        "no embedding in this part": {"t.gguf": gguf('tokenizer.ggml.tokens = ["a", "b"]\nblk.0.a.weight F32 2x8')},
        "no vocabulary": {"t.gguf": gguf("token_embd.weight F32 2x8")},
    },
    "weights/lfs-pointer": {
        "a README that shows one": {
            **config(),
            "README.md": card("license: mit", "```\nversion https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 1\n```\n"),
        },
        ".gitattributes": {**config(), ".gitattributes": "*.safetensors filter=lfs diff=lfs merge=lfs -text\n" * 3},
        "a small file of weights": stored("a U8 1"),
    },
    "weights/merge-of-an-adapter": {
        "two models": {"mergekit_config.yml": "models:\n- model: acme/Thing-7B\n- model: acme/Other-7B\nmerge_method: slerp\n"},
        "a model with its adapter": {
            "mergekit_config.yml": "models:\n- model: acme/Thing-7B+acme/thing-lora\nmerge_method: linear\n"
        },
        "a name that holds the letters": {
            "mergekit_config.yml": "models:\n- model: acme/Flora-7B\n- model: acme/Thing-7B\nmerge_method: slerp\n"
        },
    },
    "weights/shard-missing": {
        "all": shards("a@1", "b@2", one=safetensors("a U8 1"), two=safetensors("b U8 1")),
        "no index": stored("a U8 1"),
        "an index of nothing": {**config(), INDEX: json.dumps({"weight_map": {}})},
    },
    "weights/shard-not-in-index": {
        "all": shards("a@1", "b@2", one=safetensors("a U8 1"), two=safetensors("b U8 1")),
        "Mistral's whole copy": {
            **shards("a@1", "b@2", one=safetensors("a U8 1"), two=safetensors("b U8 1")),
            "consolidated.safetensors": safetensors("a U8 1"),
        },
        "an adapter beside": {
            **shards("a@1", "b@2", one=safetensors("a U8 1"), two=safetensors("b U8 1")),
            "adapter_model.safetensors": safetensors("c U8 1"),
        },
    },
    "weights/tensor-in-two-shards": {
        "each once": shards("a@1", "b@2", one=safetensors("a U8 1"), two=safetensors("b U8 1")),
        "one file": stored("a U8 1"),
        "Mistral's whole copy": {"model.safetensors": safetensors("a U8 1"), "consolidated.safetensors": safetensors("a U8 1")},
    },
    "weights/tensor-missing": {
        "each": shards("a@1", "b@2", one=safetensors("a U8 1"), two=safetensors("b U8 1")),
        "no index": stored("a U8 1"),
        "more than listed": shards("a@1", "b@2", one=safetensors("a U8 1\nc U8 1"), two=safetensors("b U8 1")),
    },
    "weights/tensor-not-in-index": {
        "each": shards("a@1", "b@2", one=safetensors("a U8 1"), two=safetensors("b U8 1")),
        "no index": stored("a U8 1"),
        "less than listed": shards("a@1", "b@2", "c@2", one=safetensors("a U8 1"), two=safetensors("b U8 1")),
    },
}
