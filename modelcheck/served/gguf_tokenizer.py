"""The tokenizer in the metadata of a GGUF file, as llama.cpp applies it: transformers makes it, where its rules are known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

GGUF = "model.gguf"
"""The name of the file that has the metadata."""
# Values of tokenizer.ggml.pre, by what llama.cpp does for them (llama-vocab.cpp).
_SPLITS_AS_GPT2 = frozenset(("gpt-2", "phi-2", "mpt", "olmo", "jais", "trillion"))
_SPLITS_DIGITS = frozenset(("smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b"))
_TAKES_WHOLE_WORDS = frozenset(
    ("llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2", "jina-v5-nano", "tekken")
)
"""A word of the vocabulary is one token, whatever the merges say; the first token is added unless the file says otherwise."""
_CONTROL = 3


class Unknown(Exception):  # noqa: N818 - a result, not an error
    """Why the tokenizer is not known exactly, for the report."""


def tokenizer_of(file: Path) -> Any:
    """The tokenizer, of the package tokenizers. Raises Unknown, ImportError, and anything that transformers raises."""
    splits, convert, get = _transformers()
    architecture, described, config = get(str(file))
    rule = described.get("pre_tokenizer_type")
    try:
        tokenizer = convert(architecture, described)[0]
    except KeyError as missing:
        raise Unknown(f"its tokenizer is in a GGUF file, which has no tokenizer.ggml.{str(missing.args[0])[:60]}") from None
    if described.get("tokenizer_type") == "gpt2":
        _split(tokenizer, rule, known=rule in splits or rule in _SPLITS_AS_GPT2)
    _reads_control_tokens(tokenizer, described)
    adds = {"add_bos_token": rule in _TAKES_WHOLE_WORDS, **config}
    if described.get("tokenizer_type") == "gemma4":
        adds["add_bos_token"] = True  # llama.cpp adds it always, and transformers never
    around = [config.get(f"{name}_token") if adds.get(f"add_{name}_token") else None for name in ("bos", "eos")]
    tokenizer.post_processor = _adding(tokenizer, *around)
    return tokenizer


def _transformers() -> tuple[Mapping[str, str], Any, Any]:
    """What transformers has for GGUF files. Raises Unknown if its version does not have it, ImportError without transformers."""
    import transformers  # noqa: F401 - says whether it is installed

    try:
        from transformers.integrations.gguf import gguf_tokenizer_mapping as of_gguf
    except ImportError as error:
        if error.name and not error.name.startswith("transformers"):
            raise
        raise Unknown("this version of transformers has no exact tokenizers for GGUF files") from None
    return of_gguf.GGUF_PRE_TOKENIZER_SPLITS, of_gguf.convert_gguf_tokenizer, of_gguf.get_gguf_tokenizer


def _split(tokenizer: Any, rule: object, *, known: bool) -> None:
    """Let the tokenizer split texts as the rule says. Raises Unknown for one that is not known."""
    from tokenizers import pre_tokenizers

    if rule in _SPLITS_DIGITS:
        words = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), words])
    elif not known:
        named = f"{rule[:60]!r}, is not known here" if isinstance(rule, str) else "is missing"
        raise Unknown(f"its tokenizer is in a GGUF file, and the rule by which that splits texts, {named}")
    if rule in _TAKES_WHOLE_WORDS:
        model = tokenizer.model
        model.ignore_merges = True
        tokenizer.model = model


def _reads_control_tokens(tokenizer: Any, described: Mapping[str, Any]) -> None:
    """Raise Unknown if a control token is not read as one, as llama.cpp reads it."""
    for index, (token, kind) in enumerate(zip(described["tokens"], described.get("token_type") or (), strict=False)):
        if kind == _CONTROL and tokenizer.encode(token, add_special_tokens=False).ids != [index]:
            raise Unknown(f"transformers does not read the token {token[:60]!r} of its GGUF file as one token")


def _adding(tokenizer: Any, first: str | None, last: str | None) -> Any:
    """What adds these tokens to each text, and nothing else."""
    from tokenizers import processors

    single = [token for token in (first, "$A", last) if token]
    special = [(token, tokenizer.token_to_id(token)) for token in (first, last) if token]
    return processors.TemplateProcessing(single=single, special_tokens=special)
