"""Tags and datasets in a model card's front matter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelcheck.api import Evidence, ModelCard, lazy, signal

_INSTRUCT = frozenset(
    "instruct instruction-tuned instruction-tuning instruct-tuned instruction instruction-following chat chatbot conversational "
    "assistant sft dpo orpo kto grpo rlhf rlaif ppo alignment-handbook chatml roleplay role-play function-calling function_calling "
    "tool-use reasoning thinking aligned chatgpt gpt4".split()
)
_BASE = frozenset("pretrained pre-trained pretraining pretrain base base-model base_model foundation foundation-model".split())
_TRAINERS = frozenset(("trl", "axolotl", "llama-factory", "unsloth", "generated_from_trainer", "autotrain"))
_INSTRUCT_DATA = lazy(
    r"instruct|alpaca|dolly|oasst|openassistant|sharegpt|orca|ultrachat|ultrafeedback|hh-rlhf|no_robots|hermes|capybara|tulu|wizard|"
    r"magpie|smoltalk|chat|conversation|dialog|preference|dpo|sft|rlhf|flan|natural-instructions|xp3|lima|vicuna|airoboros|evol|"
    r"guanaco|platypus|prosocial|helpsteer|slimorca|metamath|feedback|numinamath|reasoning|function-call|roleplay|gpt4all|gpteacher",
    re.IGNORECASE,
)
_CORPORA = lazy(
    r"(^|/)(the[-_]?pile|pile|slimpajama|redpajama|refinedweb|falcon-refinedweb|fineweb|dolma|starcoderdata|the-stack|c4|mc4|oscar|"
    r"culturax|openwebtext|bookcorpus|wikipedia|wikitext|roots|cc100|madlad|dclm|proof-pile|open-web-math|cosmopedia|zyda|"
    r"common-corpus|nemotron-cc|txt360|culturay|hplt|cc_news|wudao|skypile|chinesewebtext|wanjuan)",
    re.IGNORECASE,
)


@signal(group="card-tags")
def card_tags(card: ModelCard) -> Iterator[Evidence]:
    """Tags of base and instruct models, tags of training tools, and the purpose of the training datasets.

    The Hub derives its own ``conversational`` tag from the chat template and does not write it into the card, so one in a card was
    added by the author.
    """
    tags = {tag.lower().replace(" ", "-"): tag for tag in card.texts("tags")}
    stage = next((tag for tag in tags if tag in _INSTRUCT), None)
    if stage:
        yield Evidence(2.5, f"the card has the tag {tags[stage]!r}", card.at("tags"), kind="instruct")
    stage = next((tag for tag in tags if tag in _BASE), None)
    if stage:
        yield Evidence(-2.0, f"the card has the tag {tags[stage]!r}", card.at("tags"), kind="base")
    trainer = next((tag for tag in tags if tag in _TRAINERS), None)
    if trainer:
        because = f"the card has the tag {tags[trainer]!r}, a fine-tuning tool"
        yield Evidence(0.7, because, card.at("tags"), kind="trainer")
    datasets = card.texts("datasets")
    instructions = next((name for name in datasets if _INSTRUCT_DATA.search(name)), None)
    corpus = next((name for name in datasets if _CORPORA.search(name)), None)
    if instructions:
        yield Evidence(
            2.5, f"the card lists {instructions} as training data, an instruction dataset", card.at("datasets"), kind="answers"
        )
    elif corpus:
        yield Evidence(-2.0, f"the card lists {corpus} as training data, a plain-text corpus", card.at("datasets"), kind="corpus")
