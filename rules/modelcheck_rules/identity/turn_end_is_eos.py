"""Whether generation stops on the token that ends a turn."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import DOCUMENT_ENDS, ChatTemplate, Evidence, GenerationConfig, TokenizerConfig, signal


@signal(group="stops")
def turn_end_is_eos(template: ChatTemplate, generation: GenerationConfig, tokenizer: TokenizerConfig) -> Iterator[Evidence]:
    """Publishers let an instruct model stop at the end of its turn, and a base model at the end of a document.

    Says little where both are the same token (Mistral, DeepSeek, Granite, Llama 2).
    """
    ends = template.turn_ends
    known = [token for token in ends if tokenizer.ids(token)]
    if not known or not generation.stop_ids:
        return
    stopping = [token for token in known if set(tokenizer.ids(token)) & set(generation.stop_ids)]
    at = generation.at("eos_token_id")
    if stopping and all(token in DOCUMENT_ENDS for token in stopping):
        yield Evidence(0.3, f"generation stops on {stopping[0]}, which ends turns and documents alike", at, kind="shared")
    elif stopping:
        yield Evidence(3.0, f"generation stops on {stopping[0]}, which ends a turn", at, kind="turn-end")
    else:
        # Publishers set the stops of a base model; people who tune one often leave the base's as they are.
        told = generation.path == "generation_config.json" and tokenizer.special_tokens.get("eos_token") not in known
        weight, kind = (-0.5, "no-document-end") if known[0] in DOCUMENT_ENDS else (-2.5, "no-turn-end") if told else (-0.7, "left")
        yield Evidence(weight, f"generation does not stop on {known[0]}, which ends a turn of its template", at, kind=kind)
