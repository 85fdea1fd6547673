"""Regenerates the tables of model types with their classes, and of tokenizer classes, from the installed transformers.

python tests/tools/lists/architectures.py [--check]
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

TABLE = Path(__file__).resolve().parents[3] / "rules/modelcheck_rules/config/architectures.json"
TABLES = ("MODEL", "MODEL_FOR_PRETRAINING", "MODEL_FOR_CAUSAL_LM", "MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM", "MODEL_FOR_IMAGE_TEXT_TO_TEXT",
          "MODEL_FOR_SEQUENCE_CLASSIFICATION", "MODEL_FOR_MASKED_LM", "MODEL_FOR_TOKEN_CLASSIFICATION", "MODEL_FOR_MULTIMODAL_LM",
          "MODEL_FOR_QUESTION_ANSWERING")  # fmt: skip
REMOVED = (
    "BertJapanese", "DPRContextEncoder", "Electra", "ErnieM", "GPTSanJapanese", "Herbert", "Jukebox", "LayoutLM", "LayoutXLM",
    "Longformer", "MBart50", "MistralCommon", "Phobert", "Realm", "RetriBert", "Speech2Text2", "SqueezeBert", "Tapex", "TransfoXL",
    "XLMProphetNet",
)  # fmt: skip
"""Tokenizers of transformers 4 that 5 no longer has."""


def tokenizers() -> list[str]:
    """Every tokenizer class, without the ending ``Fast``: transformers 4 has two of most."""
    import transformers

    files = Path(transformers.__file__).parent.rglob("tokenization_*.py")
    declared = {name for path in files for name in re.findall(r"^class (\w+)\(", path.read_text("utf-8"), re.MULTILINE)}
    auto = (Path(transformers.__file__).parent / "models/auto/tokenization_auto.py").read_text("utf-8")
    mapped = set(re.findall(r'"(\w*Tokenizer\w*)"', auto))
    names = {name.removesuffix("Fast") for name in declared | mapped} | {f"{name}Tokenizer" for name in REMOVED}
    return sorted(name for name in names if name.endswith(("Tokenizer", "Backend")))


def without_default_eos() -> list[str]:
    """The model types of text generators whose class gives no EOS id, so that only a checkpoint's files can."""
    from transformers import CONFIG_MAPPING
    from transformers.models.auto import modeling_auto

    found = []
    for kind in {*modeling_auto.MODEL_FOR_CAUSAL_LM_MAPPING_NAMES, *modeling_auto.MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES}:
        try:
            config = CONFIG_MAPPING[kind]()
            ids = [getattr(one, "eos_token_id", None) for one in (config, config.get_text_config())]
        except Exception:  # noqa: BLE001 - many default configs cannot be made, for many reasons
            continue
        if ids == [None, None]:
            found.append(kind)
    return sorted(found)


def table() -> str:
    import transformers
    from transformers.models.auto import modeling_auto
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES

    found: dict[str, set[str]] = {}
    for name in TABLES:
        for model_type, classes in getattr(modeling_auto, f"{name}_MAPPING_NAMES", {}).items():
            found.setdefault(model_type, set()).update([classes] if isinstance(classes, str) else classes)
    whole = {
        "transformers": transformers.__version__,
        "architectures": {key: sorted(found[key]) for key in sorted(found)},
        "without_class": sorted(CONFIG_MAPPING_NAMES.keys() - found.keys()),
        "tokenizers": tokenizers(),
        "without_default_eos": without_default_eos(),
    }
    return (
        json.dumps(whole, indent=0, separators=(",", ":")).replace("[\n", "[").replace(',\n"', ', "').replace('"\n]', '"]') + "\n"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    if not parser.parse_args().check:
        TABLE.write_text(table(), "utf-8")
        return 0
    known, now = (json.loads(text)["architectures"] for text in (TABLE.read_text("utf-8"), table()))
    lost = {model_type: known[model_type] for model_type in known.keys() - now.keys()}
    print(f"{len(now)} model types; {len(now.keys() - known.keys())} new, {len(lost)} gone")
    return 0


if __name__ == "__main__":
    sys.exit(main())
