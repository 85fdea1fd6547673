"""Pieces of checkpoints for the tables of look-alikes."""

from __future__ import annotations

import json

from modelcheck.testing.tiny import safetensors

from rules.cases import dumps, tokens, untrained
from rules.fault import Files

ONE = "model-00001-of-00002.safetensors"
TWO = "model-00002-of-00002.safetensors"
CHANNELS = (
    "{% for m in messages %}<|start|>{{ m.role }}{% if m.role == 'assistant' %}<|channel|>final{% endif %}<|message|>"
    "{{ m.content }}<|end|>"
    "{% endfor %}{% if add_generation_prompt %}<|start|>assistant{% endif %}"
)
CALLS = (
    "{% if tools %}{{ tools | tojson }}{% endif %}{% for m in messages %}<|{{ m.role }}|>{{ m.content or '' }}"
    "{% for c in m.tool_calls or [] %}{{ c.function | tojson }}{% endfor %}{% endfor %}"
)
LORA = "base_model.model.model.layers.0.self_attn.q_proj.lora_"
INDEX = "model.safetensors.index.json"


def config(**values: object) -> Files:
    return {"config.json": dumps(**{"model_type": "llama", "architectures": ["LlamaForCausalLM"], **values})}


def generation(**values: object) -> Files:
    return {"generation_config.json": dumps(**values)}


def stored(*lines: str, **values: object) -> Files:
    return {**config(**values), "model.safetensors": safetensors("\n".join(lines))}


def tokenizer(*names: str, **more: object) -> Files:
    return {"tokenizer_config.json": tokens(*names, **more)}


def shards(*listed: str, **files: bytes) -> Files:
    index = {name: {"1": ONE, "2": TWO}[place] for name, place in (one.split("@") for one in listed)}
    return {INDEX: json.dumps({"metadata": {}, "weight_map": index}), ONE: files["one"], TWO: files["two"]}


def remote(code: str) -> Files:
    return {"config.json": dumps(model_type="thing", auto_map={"AutoModel": "modeling_thing.T"}), "modeling_thing.py": code}


def adapter(*tensors: str, **more: object) -> Files:
    held = safetensors("\n".join(tensors))
    given = {"peft_type": "LORA", "base_model_name_or_path": "acme/Thing-7B", "r": 8, **more}
    return {"adapter_config.json": dumps(**given), "adapter_model.safetensors": held}


def trained(id_: int) -> Files:
    """The end of a turn at the id of a trained row; the rows 34 to 38 belong to reserved tokens."""
    ids = {id_: "<|im_end|>", **{number: f"<|reserved_{number}|>" for number in range(34, 39)}}
    decoder = {str(number): {"content": name, "special": True} for number, name in ids.items()}
    return {"tokenizer_config.json": dumps(added_tokens_decoder=decoder), "model.safetensors": untrained()}
