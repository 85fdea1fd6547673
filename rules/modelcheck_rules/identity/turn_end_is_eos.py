"""Whether generation stops on the end-of-turn token."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import DOCUMENT_ENDS, ChatTemplate, Evidence, FamilyHabit, GenerationConfig, TokenizerConfig, signal


@signal(group="stops")
def turn_end_is_eos(
    template: ChatTemplate, generation: GenerationConfig, tokenizer: TokenizerConfig, habit: FamilyHabit
) -> Iterator[Evidence]:
    """Generation of an instruct model stops at the end of a turn, that of a base model at the end of a document.

    Weak evidence if both are the same token (Mistral, DeepSeek, Granite, Llama 2), and weaker in families whose base models ship a
    chat template: some of those stop on its turn end too (Qwen1.5).
    """
    ends = template.turn_ends
    known = [token for token in ends if tokenizer.ids(token)]
    if not known or not generation.stop_ids:
        return
    stopping = [token for token in known if set(tokenizer.ids(token)) & set(generation.stop_ids)]
    at = generation.at("eos_token_id")
    if stopping and all(token in DOCUMENT_ENDS for token in stopping):
        yield Evidence(0.3, f"generation stops on {stopping[0]}, which ends both turns and documents", at, kind="shared")
    elif stopping:
        weight, kind = (2.2, "turn-end-usual") if habit.bases_ship_template else (3.0, "turn-end")
        yield Evidence(weight, f"generation stops on {stopping[0]}, which ends a turn", at, kind=kind)
    else:
        # Publishers set the EOS tokens of a base model on purpose; fine-tunes often keep those of their base model.
        on_purpose = generation.path == "generation_config.json" and tokenizer.special_tokens.get("eos_token") not in known
        weight, kind = (-2.5, "no-turn-end") if on_purpose else (-0.7, "left")
        if known[0] in DOCUMENT_ENDS:
            weight, kind = -0.5, "no-document-end"
        yield Evidence(weight, f"generation does not stop on {known[0]}, which ends a turn in the chat template", at, kind=kind)
