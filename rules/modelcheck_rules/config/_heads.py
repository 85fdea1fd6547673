"""The embedding and the output head among the names of all tensors."""

from __future__ import annotations

from collections.abc import Collection

from modelcheck.api import ModelConfig, TensorIndex, WeightsIndex, lazy

_GENERATORS = ("ForCausalLM", "LMHeadModel", "ForConditionalGeneration")
_OF_A_LAYER = lazy(r"\.\d+\.")
_EMBEDDINGS = ("embed_tokens.weight", "wte.weight", "embed_in.weight", "tok_embeddings.weight", "word_embeddings.weight")
_LIKE_EMBEDDING = lazy(r"emb|wte|vocab|word|shared|tok")
_OF_POSITIONS_OR_IMAGES = lazy(r"vision|visual|image|audio|patch|pos|rotary|rope|inv_freq")
_LIKE_HEAD = lazy(r"head|embed_out|output|proj_out|logits|predictions|score|classifier")
_HEADS = ("lm_head.weight", "embed_out.weight", "output.weight")


def every_tensor(index: WeightsIndex | None, tensors: TensorIndex | None) -> Collection[str]:
    """Return the names of all tensors; empty if some shards may be unknown: several files without an index."""
    if index is not None:
        return index.shards
    return tensors.tensors if tensors is not None and len(tensors.by_file) == 1 and "model.safetensors" in tensors.by_file else ()


def writes_text(config: ModelConfig) -> bool:
    """Return whether all classes of the config have an output head, and the model is a decoder."""
    return all(name.endswith(_GENERATORS) for name in config.architectures) and not config.data.get("is_encoder_decoder")


def ties(config: ModelConfig) -> bool | None:
    """Return ``tie_word_embeddings``; None if it is not given, or if the file and its nested text config contradict each other."""
    nested = config.data.get(config.text_config) if config.text_config else None
    values = [data.get("tie_word_embeddings") for data in (config.data, nested) if isinstance(data, dict)]
    given = {value for value in values if isinstance(value, bool)}
    return given.pop() if len(given) == 1 else None


def outside_layers(names: Collection[str]) -> list[str]:
    """Return the names of tensors that belong to no numbered layer."""
    return [name for name in names if not _OF_A_LAYER.search(name)]


def embedding(names: Collection[str]) -> str | None:
    """Return the name of the text embedding, if it is a usual one."""
    return next((name for name in names if name.endswith(_EMBEDDINGS)), None)


def head(names: Collection[str]) -> str | None:
    """Return the name of the output head, if it is a usual one."""
    return next((name for name in names if name.endswith(_HEADS)), None)


def may_be_embedding(name: str) -> bool:
    """Return whether a name outside the layers may be that of an embedding."""
    likely = _LIKE_EMBEDDING.search(name) is not None and not name.endswith(_HEADS)
    return likely and not _OF_POSITIONS_OR_IMAGES.search(name)


def may_be_head(name: str) -> bool:
    """Return whether a name outside the layers may be that of an output head."""
    return _LIKE_HEAD.search(name) is not None
