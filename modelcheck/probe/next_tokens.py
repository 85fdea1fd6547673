"""The likeliest next tokens after some texts, of the weights as they are and of the same weights rounded to four bits.

The rounded weights measure how far a quantization may move the probabilities of this very model. Samples of what follows the texts
are for servers that do not report probabilities.
"""

from __future__ import annotations

from typing import Any

from modelcheck.probe.loading import Loaded
from modelcheck.probe.messages import Request
from modelcheck.probe.scoring import end_of, forward
from modelcheck.probe.writing import generate, until

_MOST = 400
"""Tokens of each distribution."""
_BLOCK, _LEVELS = 32, 7
"""Of absolute-maximum rounding to four bits, as in Q4_0: weights that share a scale, and its steps on each side of zero."""
_UNUSED = 1e-7
_SEED = 20241029


def next_tokens(loaded: Loaded, request: Request) -> dict[str, Any]:
    """The text and the probability of each likely token after each text of ``request.next_of``: ``own``, and ``rounded``.

    ``samples`` has for each text so many continuations of at most ``request.length`` tokens, drawn with a temperature of 1, and
    ``greedy`` the likeliest one. They end at ``request.stops`` and at the tokenizer's EOS token. Changes the weights.
    """
    texts = request.next_of
    own, drawn = _likely(loaded, texts), _continued(loaded, request, request.samples)
    greedy = [one for (one,) in _continued(loaded, request, 0)]
    _round(loaded.model)
    return {"own": own, "rounded": _likely(loaded, texts), "samples": drawn, "greedy": greedy}


def _continued(loaded: Loaded, request: Request, samples: int) -> list[list[str]]:
    """So many samples of each text, or the likeliest continuation alone."""
    import torch

    torch.manual_seed(_SEED)
    tokenizer = loaded.tokenizer
    stops = {*request.stops, tokenizer.eos_token_id} - {None}
    prompts = [end_of(tokenizer, text, special=True).ids for text in request.next_of]
    written = generate(loaded, prompts, sorted(stops), request.length, samples)
    decoded = [str(tokenizer.decode(until(ids, stops), skip_special_tokens=True)) for ids in written]
    each = max(samples, 1)
    return [decoded[at : at + each] for at in range(0, len(decoded), each)]


def _likely(loaded: Loaded, texts: tuple[str, ...]) -> list[list[tuple[str, float]]]:
    import torch

    found = []
    for text in texts:
        row = end_of(loaded.tokenizer, text, special=True)
        ids = torch.tensor([row.ids], device=loaded.device)
        with torch.inference_mode():
            logits = forward(loaded, ids, torch.ones_like(ids), [[row.last]]).float()[0]
        values, tokens = logits.softmax(-1).cpu().topk(min(_MOST, logits.shape[-1]))
        pairs = zip(tokens.tolist(), values.tolist(), strict=True)
        found.append([(str(loaded.tokenizer.decode([token])), value) for token, value in pairs if value > _UNUSED])
    return found


def _round(model: Any) -> None:
    """Round the weights of linear layers, but not those of the embedding, where the output head may share them."""
    import torch

    head = model.get_output_embeddings()
    with torch.inference_mode():
        for module in model.modules():
            if isinstance(module, torch.nn.Linear) and module is not head and module.weight.shape[-1] % _BLOCK == 0:
                blocks = module.weight.float().reshape(-1, _BLOCK)
                scale = (blocks.abs().amax(-1, keepdim=True) / _LEVELS).clamp(min=1e-12)
                module.weight.copy_(((blocks / scale).round() * scale).reshape(module.weight.shape))
