"""Faults that the values of weights show, each with correct weights that resemble it."""

from __future__ import annotations

from modelcheck.testing.tiny import safetensors

from rules.cases import card, dumps
from rules.fault import Fault, Files

EMBEDDING, UP = "model.embed_tokens.weight F32 64x64", "model.layers.0.mlp.up_proj.weight F32 32x64"
QUERY, VALUE = "model.layers.0.self_attn.q_proj.weight F32 64x64", "model.layers.0.self_attn.v_proj.weight F32 32x64"
BASE = {"model.safetensors": safetensors(f"{EMBEDDING} ~1\n{UP} ~2\n{QUERY} ~3\n{VALUE} ~4")}
DEEP = (
    f"{EMBEDDING} ~1", f"{UP} ~2", f"{QUERY} ~3", f"{VALUE} ~4",
    *(f"model.layers.{layer}.mlp.{kind}_proj.weight F32 64x64 ~{5 + layer}" for layer in range(1, 6) for kind in ("up", "down")),
)  # fmt: skip
"""A model of six layers."""
DEEP_BASE = {"model.safetensors": safetensors("\n".join(DEEP))}
LORA = "base_model.model.model.layers.0.self_attn.q_proj.lora_"
AGAINST = '[rules."weights/derived-but-undeclared"]\nagainst = ["acme/Thing"]\n'


def child(*tensors: str, front: str = "base_model: acme/Thing", settings: str = "") -> Files:
    named = {"modelcheck.toml": settings} if settings else {}
    return {"README.md": card(f"license: mit\n{front}"), "model.safetensors": safetensors("\n".join(tensors)), **named}


def adapter(*tensors: str, kind: str = "LORA", **more: str) -> Files:
    config = dumps(peft_type=kind, r=2, base_model_name_or_path="acme/Thing", **more)
    return {"adapter_config.json": config, "adapter_model.safetensors": safetensors("\n".join(tensors))}


def changed(where: str) -> list[str]:
    """The model of six layers with other values in some tensors."""
    assert any(where in one for one in DEEP)
    return [f"{one}~9" if where in one else one for one in DEEP]


APART = (f"{EMBEDDING} ~11", f"{UP} ~12")
VALUES = (
    Fault(
        "weights/not-from-its-base", child(*APART),
        {
            "trained on": child(f"{EMBEDDING} ~1~21", f"{UP} ~2~22"),
            "a new embedding": child(f"{EMBEDDING} ~11", f"{UP} ~2~22"),
            "layers trained anew": child(f"{EMBEDDING} ~1", f"{UP} ~12"),
            "another width": child("model.embed_tokens.weight F32 64x32 ~11", "model.layers.0.mlp.up_proj.weight F32 32x32 ~12"),
            "zeros": child(EMBEDDING, UP),
            "an embedding that is missing": child(f"{UP} ~12"),
            "two parents of which one cannot be read": child(*APART, front="base_model: [acme/Thing, acme/Gone]"),
            "no parent": child(*APART, front="language: en"),
        },
        says="do not come from acme/Thing", name="acme/Chat", others={"acme/Thing": BASE},
    ),
    Fault(
        "weights/same-as-its-base", child(*DEEP),
        {
            "attention changed, as LoRA does": child(*changed("layers.0.self_attn.q_proj")),
            "only values changed": child(*changed("layers.0.self_attn.v_proj")),
            "the last layer changed": child(*changed("layers.5.")),
            "a layer between changed": child(*changed("layers.3.")),
            "a matrix changed that is not compared": child(*changed("down_proj")),
            "without what its base has": child(*DEEP[:-1]),
            "in another type": child(*(one.replace("F32", "F16") for one in DEEP)),
            "a copy that says so": child(*DEEP, front="base_model: acme/Thing\nbase_model_relation: quantized"),
            "a new embedding": child(*changed("embed_tokens")),
        },
        says="identical to those of acme/Thing", name="acme/Chat", others={"acme/Thing": DEEP_BASE},
    ),
    Fault(
        "weights/derived-but-undeclared", child(f"{EMBEDDING} ~1~21", f"{UP} ~2~22", front="language: en", settings=AGAINST),
        {
            "the parent is named": child(f"{EMBEDDING} ~1~21", f"{UP} ~2~22", settings=AGAINST),
            "trained apart": child(*APART, front="language: en", settings=AGAINST),
            "nothing to compare with": child(f"{EMBEDDING} ~1~21", f"{UP} ~2~22", front="language: en"),
            "a copy of the parent by its name": child(
                f"{EMBEDDING} ~1~21", f"{UP} ~2~22", front="base_model: elsewhere/Thing", settings=AGAINST
            ),
        },
        says="related to those of acme/Thing", name="other/Own", others={"acme/Thing": BASE},
    ),
    Fault(
        "weights/adapter-does-not-move", adapter(f"{LORA}A.weight F32 2x4 ~1", f"{LORA}B.weight F32 4x2"),
        {
            "trained": adapter(f"{LORA}A.weight F32 2x4 ~1", f"{LORA}B.weight F32 4x2 ~2"),
            "one of two matrices trained": adapter(
                f"{LORA}A.weight F32 2x4 ~1", f"{LORA}B.weight F32 4x2", f"{LORA.replace('q_', 'v_')}B.weight F32 4x2 ~2"
            ),
            "a head that is saved whole": adapter(
                f"{LORA}A.weight F32 2x4 ~1", f"{LORA}B.weight F32 4x2", "base_model.model.lm_head.weight F32 8x4 ~3"
            ),
            "an embedding": adapter(
                "base_model.model.model.embed_tokens.lora_embedding_A F32 2x8 ~2",
                "base_model.model.model.embed_tokens.lora_embedding_B F32 4x2"
            ),
            "AdaLoRA": adapter(f"{LORA}A F32 2x4 ~1", f"{LORA}B F32 4x2", f"{LORA}E F32 2x1 ~2", kind="ADALORA"),
            "a part of the base model": adapter(f"{LORA}A.weight F32 2x4 ~1", f"{LORA}B.weight F32 4x2", init_lora_weights="pissa"),
            "prompt tuning": adapter("prompt_embeddings F32 8x4", kind="PROMPT_TUNING"),
        },
        says="matrices B are zero",
    ),
)  # fmt: skip
