"""Writes which classes belong to which model type anew, from the installed transformers.

python tests/tools/lists/architectures.py [--check]
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

TABLE = Path(__file__).resolve().parents[3] / "rules/modelcheck_rules/config/architectures.json"
TABLES = ("MODEL", "MODEL_FOR_PRETRAINING", "MODEL_FOR_CAUSAL_LM", "MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM", "MODEL_FOR_IMAGE_TEXT_TO_TEXT",
          "MODEL_FOR_SEQUENCE_CLASSIFICATION", "MODEL_FOR_MASKED_LM", "MODEL_FOR_TOKEN_CLASSIFICATION", "MODEL_FOR_MULTIMODAL_LM",
          "MODEL_FOR_QUESTION_ANSWERING")  # fmt: skip


def table() -> str:
    import transformers
    from transformers.models.auto import modeling_auto

    found: dict[str, set[str]] = {}
    for name in TABLES:
        for model_type, classes in getattr(modeling_auto, f"{name}_MAPPING_NAMES", {}).items():
            found.setdefault(model_type, set()).update([classes] if isinstance(classes, str) else classes)
    whole = {"transformers": transformers.__version__, "architectures": {key: sorted(found[key]) for key in sorted(found)}}
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
