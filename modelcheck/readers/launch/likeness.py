"""Likely references: a key that is named after a model, and a value that looks like one. Either alone is not enough.

No id is known here, only conventions: sizes, families, stages and quantisations in names, and publishers of many models.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from modelcheck.patterns import lazy
from modelcheck.readers.launch.references import HUB_ID, PLACEHOLDER, is_hosted, is_hub_id, is_named_as_hosted

_SIZE = lazy(r"(?:^|[-_.a-z])(?:\d+x)?\d+(?:\.\d+)?[bm](?:$|[-_.])")
_STAGE = lazy(r"(?:^|[-_.])(?:base|instruct|chat|it|pt|sft|dpo|grpo|rlhf|thinking|reasoning|reranker|embedding|embed)(?:$|[-_.])")
_QUANT = lazy(
    r"(?:^|[-_.])(?:gguf|awq|gptq|exl2|mlx|bnb|fp8|fp4|nvfp4|mxfp4|int[48]|w[48]a\d+|[48]bits?|i?q\d(?:_\w+)?)(?:$|[-_.])"
)
_FAMILIES = lazy(
    r"(?:^|[-_.])(?:llama|codellama|tinyllama|qwen|qwq|mistral|mixtral|ministral|codestral|devstral|gemma|codegemma|phi|falcon|bloom|gpt|"
    r"opt|pythia|olmo|granite|deepseek|yi|glm|chatglm|internlm|baichuan|bert|roberta|t5|flan|minilm|mpnet|bge|gte|e5|starcoder|codegen|"
    r"mpt|stablelm|smollm|smolvlm|mamba|rwkv|solar|command|aya|nemotron|zephyr|vicuna|hermes|whisper|clip|llava|internvl|minicpm|"
    r"kimi|moonlight|exaone|jamba|orca|dolly|dolphin|wizardlm|openchat|tulu|salamandra|eurollm|apertus|seed|ernie|hunyuan|step)"
    r"(?:$|[-_.\d])"
)
_OWNERS = frozenset(
    "meta-llama qwen mistralai google microsoft deepseek-ai thudm zai-org 01-ai tiiuae bigscience eleutherai huggingfacetb allenai "
    "nvidia ibm-granite internlm openai-community baai sentence-transformers intfloat thenlper nomic-ai jinaai mixedbread-ai "
    "cohereforai coherelabs stabilityai bigcode nousresearch unsloth thebloke bartowski lmsys facebook databricks mosaicml "
    "togethercomputer upstage moonshotai state-spaces lmstudio-community mlx-community neuralmagic redhatai hugging-quants openbmb "
    "baichuan-inc minimaxai".split()
)
_DATA = lazy(r"(?:^|[-_.])(?:data|datasets?|corpus|bench|benchmark|eval|ultrachat|ultrafeedback|\d+k)(?:$|[-_.])|_\d+k$")
_KEY = lazy(
    r"(?:\w+_)?(?:base_model|hf_model|models?|checkpoint|ckpt|pretrained|hf_repo|hf_repo_id|repo_id|teacher|student|name_or_path|llm)"
    r"(?:_(?:ids?|names?|paths?|repo|repo_id|name_or_path|checkpoint|ckpt|uri|url|source|file|awq|gptq|gguf|fp8|bf16|hf))*"
)
_KEY_WORDS = ("model", "checkpoint", "ckpt", "pretrained", "repo", "teacher", "student", "path", "llm")
"""A key that matches the pattern contains one of these: most keys need no pattern."""
_INNER = frozenset(
    "name id path repo repo_id name_or_path source uri url repository file checkpoint hf_id model_name model".split()
)
_NO_KEY = lazy(
    r"(?:^|_)(?:outputs?|out|save[ds]?|served?|serving_name|hub_model|push|cache|tokenizer|dataset|datasets|data|image|type|class|provider|"
    r"config|alias|display|log|results?|reward_fn|group|kind|version|format|dir|adapter|adapters|lora)(?:$|_)"
)
_NO_SUBTREE = frozenset(
    "datasets dataset data train_dataset eval_dataset data_files image images uses repos packages dependencies requirements "
    "output outputs tags labels annotations".split()
)
_ID_NAME = lazy(r"(model|repo)_?id(_\w)?$|(^|_)hf_(model|repo)", re.IGNORECASE)
_FOLDERS = frozenset(
    "saves save output outputs out models model checkpoints checkpoint ckpt ckpts results runs experiments data exp".split()
)
"""Owners that are folders of a project."""
_CAMEL = lazy(r"(?<=[a-z0-9])(?=[A-Z])")
_OTHER_FILE = lazy(
    r"(?i)\.(?:html?|css|jsx?|tsx?|mjs|vue|py|ipynb|go|rs|java|rb|php|sh|txt|md|rst|jsonl?|ya?ml|toml|ini|cfg|conf|xml|csv|tsv|log"
    r"|parquet|png|jpe?g|gif|svg|ico|webp|pdf|tpl|j2|jinja2?|po|lock|zip|tar|gz)$"
)
"""Files that hold no weights."""
_LONGEST = 200


def looks_like_model(text: str) -> bool:
    """Whether a text has the shape of a reference: a Hub id or a path whose last part is named as models are, or a GGUF file."""
    text = text.strip()
    if (
        not text
        or len(text) > _LONGEST
        or is_hosted(text)
        or PLACEHOLDER.match(text)
        or _OTHER_FILE.search(text)
        or re.search(r"[\s$<>{}*\\]|^https?:(?!//(?:huggingface\.co|hf\.co)/)", text)
    ):
        return False
    if text.lower().endswith(".gguf"):
        return "/" in text  # a bare file name belongs to the repository that another key names
    if text.startswith("hf://"):
        return bool(HUB_ID.match(text))
    owner, slash, name = text.rstrip("/").rpartition("/")
    if "@" in owner or ("." in owner.partition("/")[0].strip(".") and owner[:1] not in "./~"):
        return False  # an address: of a registry of images, of a repository of code
    plain = name.partition("@")[0].partition(":")[0].lower()
    if not slash or (_DATA.search(plain) and not _SIZE.search(plain)):
        return False
    if HUB_ID.fullmatch(f"{owner}/{plain}") and owner.lower() in _OWNERS:
        return True
    is_path = text.startswith(("/", "./", "~/", "../")) or owner.count("/") > 0 or owner.lower() in _FOLDERS
    if is_named_as_hosted(plain) and not _SIZE.search(plain):
        return False
    features = sum(bool(pattern.search(plain)) for pattern in (_SIZE, _STAGE, _QUANT, _FAMILIES))
    return features >= (2 if is_path else 1)


def names_hub_id(name: str, text: str) -> bool:
    """Whether a variable's value is a Hub id: its name can hold nothing else (``MODEL_ID``), or the value looks like a model."""
    return is_hub_id(text) and (_ID_NAME.search(name) is not None or looks_like_model(text))


def is_model_key(keys: Sequence[str]) -> bool:
    """Whether a key path is named after a model: ``base_model``, ``teacherModelId``, ``model: {name: …}``; any case, any prefix."""
    if not any(word in key.lower() for key in keys[-2:] for word in _KEY_WORDS):
        return False
    plain = [_CAMEL.sub("_", key).replace("-", "_").replace(".", "_").lower() for key in keys]
    if not plain or any(key in _NO_SUBTREE or key.endswith("_dataset") for key in plain):
        return False
    last = plain[-1]
    if _NO_KEY.search(last):
        return False
    if _KEY.fullmatch(last):
        return True
    return last in _INNER and len(plain) > 1 and bool(_KEY.fullmatch(plain[-2])) and not _NO_KEY.search(plain[-2])
