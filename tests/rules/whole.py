"""Checkpoints with every file and every key that rules read, of transformers, as GGUF and as an adapter; and files that use one."""

from __future__ import annotations

import json
from collections.abc import Mapping

from modelcheck.testing.tiny import gguf, safetensors

from rules.cases import CHATML, dumps, tokenizer_json

Files = Mapping[str, str | bytes]
SHARDS = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")
NAMES = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
TOOLS = "{% if tools %}<tools>{{ tools | tojson }}</tools>{% endif %}" + CHATML
FRONT = """license: other
license_name: thing
license_link: LICENSE
language: [en]
tags: [chat, sft]
datasets: [acme/talks]
metrics: [accuracy]
library_name: transformers
pipeline_tag: text-generation
base_model: acme/Thing-7B
base_model_relation: finetune
new_version: acme/Thing-8B
co2_eq_emissions: {emissions: 1.5, source: a, training_type: b}
extra_gated_prompt: Yes?
extra_gated_fields: {Country: country, I agree: checkbox}
widget: [{text: Hello}]
thumbnail: x.png
model-index: [{name: Thing, results: [{task: {type: text-generation}, dataset: {type: a/b, name: B, config: c, split: test},
  metrics: [{type: accuracy, value: 0.5, name: A, args: 1}], source: {name: a, url: b}}]}]
"""
BODY = """# Thing

An instruct model, fine-tuned from acme/Thing-7B on acme/talks. It is limited to ships.

```python
tokenizer = AutoTokenizer.from_pretrained("acme/Thing-7B-Instruct")
tokenizer.apply_chat_template(messages)
```
"""
TOKENIZER = {
    "tokenizer_config.json": dumps(
        added_tokens_decoder={str(index): {"content": name, "special": True} for index, name in enumerate(NAMES)},
        eos_token="<|im_end|>", bos_token={"content": "<|im_start|>"}, pad_token="<|endoftext|>", add_bos_token=True,
        tokenizer_class="Qwen2Tokenizer", model_max_length=4096, auto_map={"AutoTokenizer": ["a/b--c.D", None]},
        chat_template=TOOLS, extra_special_tokens={"image_token": "<image>"}, additional_special_tokens=["<x>"],
    ),
    "tokenizer.json": tokenizer_json(*NAMES, highest=5, bos="<|im_start|>"),
    "special_tokens_map.json": dumps(eos_token="<|im_end|>", bos_token={"content": "<s>"}, additional_special_tokens=["<x>"]),
    "added_tokens.json": dumps(**{"<x>": 7}),
    "chat_template.jinja": TOOLS,
    "README.md": f"---\n{FRONT}---\n{BODY}",
    "LICENSE": "MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of this software\n",
}  # fmt: skip
THING: Files = {
    **TOKENIZER,
    "config.json": dumps(
        model_type="qwen2", architectures=["Qwen2ForCausalLM"], vocab_size=8, hidden_size=4, num_hidden_layers=1, eos_token_id=2,
        bos_token_id=1, pad_token_id=[0], torch_dtype="bfloat16", dtype="bfloat16", tie_word_embeddings=False,
        max_position_embeddings=2048, rope_scaling={"rope_type": "yarn", "factor": 2.0}, _name_or_path="acme/Thing-7B",
        quantization_config={"quant_method": "gptq", "bits": 4, "modules_to_not_convert": ["x"]}, auto_map={"AutoModel": "c.D"},
        text_config={"vocab_size": 8, "tie_word_embeddings": False, "num_hidden_layers": 1, "eos_token_id": 2},
        vision_config={"model_type": "clip_vision_model"}, image_token_index=5, transformers_version="5.0.0", num_codebooks=2,
        is_encoder_decoder=False, num_labels=2, id2label={"0": "a"},
    ),
    "generation_config.json": dumps(
        eos_token_id=[2, 0], bos_token_id=1, pad_token_id=0, do_sample=False, temperature=0.7, top_p=0.9, suppress_tokens=[2],
        forced_eos_token_id=[2], num_beams=1, num_return_sequences=2, early_stopping=True, chat_format="chatml",
        stop_strings=["x"], max_length=20, _from_model_config=True,
    ),
    "model.safetensors.index.json": json.dumps(
        {"metadata": {"total_size": 96}, "weight_map": {"model.embed_tokens.weight": SHARDS[0], "lm_head.weight": SHARDS[1]}}
    ),
    SHARDS[0]: safetensors("model.embed_tokens.weight BF16 8x4\nmodel.layers.0.mlp.up_proj.weight BF16 4x4"),
    SHARDS[1]: safetensors("lm_head.weight BF16 8x4"),
    "preprocessor_config.json": dumps(image_processor_type="CLIPImageProcessor"),
    "processor_config.json": dumps(processor_class="LlavaProcessor", chat_template=TOOLS),
    "chat_template.json": dumps(chat_template=TOOLS),
    "modeling_thing.py": "import torch\n\n\nclass D:\n    def go(self):\n        exec(input())\n",
    ".eval_results/talks.yaml": "- dataset: {id: acme/talks, task_id: x}\n  value: 0.5\n  date: 2026-01-01\n  source: {url: x}\n",
    "mergekit_config.yml": "models: [{model: acme/Thing-7B}, {model: acme/thing-lora}]\nmerge_method: slerp\nbase_model: a/B-7B\n",
    "pytorch_model.bin": "x",
    "modules.json": "[]",
    "params.json": dumps(dim=4, vocab_size=8),
}  # fmt: skip
GGUF_KEYS = {
    "general.name": "Thing 7B Instruct", "general.finetune": "Instruct", "general.basename": "Thing", "general.file_type": 15,
    "llama.block_count": 1, "llama.embedding_length": 256, "llama.context_length": 2048, "tokenizer.chat_template": TOOLS,
    "tokenizer.ggml.eos_token_id": 2, "tokenizer.ggml.bos_token_id": 1, "tokenizer.ggml.add_bos_token": True,
    "tokenizer.ggml.tokens": list(NAMES),
}  # fmt: skip


def gguf_file(**keys: object) -> bytes:
    """The GGUF file, with some of its keys changed."""
    lines = [f"{key} = {json.dumps(value)}" for key, value in {**GGUF_KEYS, **keys}.items()]
    return gguf("\n".join((*lines, "token_embd.weight Q4_K 3x256", "blk.0.ffn_up.weight Q6_K 1x256")))


GGUF: Files = {"thing-Q4_K_M.gguf": gguf_file(), "README.md": TOKENIZER["README.md"]}
ADAPTER: Files = {
    **TOKENIZER,
    "adapter_config.json": dumps(
        base_model_name_or_path="acme/Thing-7B", peft_type="LORA", r=8, rank_pattern={"q_proj": 4}, alpha_pattern={"x": 1},
        target_modules=["q_proj"], modules_to_save=["lm_head"], task_type="CAUSAL_LM", revision="main", use_rslora=False,
    ),
    "adapter_model.safetensors": safetensors(
        "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight F32 4x8\n"
        "base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight F32 8x4\n"
        "base_model.model.model.embed_tokens.weight F32 9x4"
    ),
}  # fmt: skip
WHOLE: Mapping[str, Files] = {"transformers": THING, "gguf": GGUF, "adapter": ADAPTER}

_SERVED = (
    "vllm serve {m} --enable-auto-tool-choice --tool-call-parser hermes --reasoning-parser deepseek_r1",
    "vllm serve {m} --tool-call-parser x --trust-remote-code --tokenizer acme/Thing-7B --revision base --served-model-name a-base",
    "vllm serve {m} --enable-lora --lora-modules a={m} --chat-template template_llama3.jinja",
    """vllm serve {m} --enable-auto-tool-choice --speculative-config '{{"model": "{m}"}}'""",
    "text-generation-launcher --model-id {m}",
    "lm_eval --model hf --model_args pretrained={m} --apply_chat_template",
    "lm_eval --model hf --model_args pretrained={m}",
    "trl dpo --model_name_or_path {m}",
    "llamafactory-cli train --stage sft --do_train --finetuning_type lora --template llama3 --model_name_or_path {m}",
    "llamafactory-cli train --stage pt --do_train --model_name_or_path {m}",
)


def uses(model: str, index: int) -> Files:
    """Files that use a checkpoint in every way that rules about uses look at."""
    data = "datasets:\n- path: a/b\n  type: chat_template\n"
    tuned = f"base_model: {model}\nsequence_len: 9\nspecial_tokens: {{pad_token: </s>}}\n{data}"
    return {
        f"{index}/production/run.sh": "\n".join(_SERVED).format(m=model) + "\n",
        f"{index}/tune.yaml": tuned,
        f"{index}/Modelfile": f'FROM hf.co/{model}\nTEMPLATE """{{{{ .Response }}}}"""\nPARAMETER stop "<|im_end|>"\n',
    }
