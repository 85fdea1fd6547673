"""Whether the tokens that end a turn were ever trained: their embedding rows compared with those of unused tokens.

Rows of tokens that never occur in training stay close together: at zero, or where weight decay left them. A turn's end among them
was never trained (Land and Bartolo, "Fishing for Magikarp", arXiv 2405.05417). The distance to the unused rows decides, not the
norm: a trained row of an instruct model can have a hundredth of the usual norm.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from modelcheck.declarations import fact
from modelcheck.errors import Absent
from modelcheck.facts.chat_template import ChatTemplate
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.gguf_metadata import GgufMetadata
from modelcheck.facts.tokenizer_config import TokenizerConfig
from modelcheck.facts.weights_index import WeightsIndex
from modelcheck.findings import Span
from modelcheck.records import record
from modelcheck.sources import Source
from modelcheck.vocabulary import DOCUMENT_ENDS, FEWEST, MOST, unused_ids

if TYPE_CHECKING:
    from modelcheck.documents.safetensors import Tensor
    from modelcheck.facts.matrix import Matrix

_EMBEDDINGS = (
    "model.embed_tokens.weight", "model.language_model.embed_tokens.weight", "language_model.model.embed_tokens.weight",
    "transformer.wte.weight", "gpt_neox.embed_in.weight", "model.tok_embeddings.weight", "tok_embeddings.weight",
    "transformer.embedding.word_embeddings.weight", "backbone.embeddings.weight", "model.embeddings.weight",
)  # fmt: skip
_HEADS = ("lm_head.weight", "language_model.lm_head.weight", "output.weight", "embed_out.weight")
_TURN_ENDS = ("<|im_end|>", "<|eot_id|>", "<end_of_turn>", "<|eot|>", "<turn|>", "<|END_OF_TURN_TOKEN|>", "<|end_of_role|>")
"""Tokens that only ever end turns, for a checkpoint without a template."""
_ORDINARY = 32
_GAP = 32
"""Up to this many rows between two wanted ones are read too, instead of making two requests."""
_NEAR = 96
"""Ids around the turn's end to take unused ones from, so that one range holds them: 1.6 MB at most for an 8B model."""
_CLUSTER = 0.1
"""Unused rows are usable only if their spread is at most a tenth of their distance from ordinary rows."""
_SLACK = 1.05


@record()
class ControlRows:
    """Which of the tokens that end a turn have rows like unused tokens. ``unused`` is the number of rows compared with.

    ``at`` is the file that holds them; ``matrix`` the tensor's name.
    """

    trained: tuple[str, ...]
    untrained: tuple[str, ...]
    unused: int
    matrix: str
    at: Span


@fact(cost="weights")
def control_rows(
    source: Source,
    listing: FileListing,
    index: WeightsIndex | None,
    tokenizer: TokenizerConfig,
    template: ChatTemplate | None,
    gguf: GgufMetadata | None,
) -> ControlRows:
    """From a few ranges of bytes: the control rows, the unused ones and a block of ordinary ones, of the embedding and the head.

    Absent if the rows are not conclusive: no unused tokens, or unused rows no closer to each other than ordinary ones.
    """
    ends = _ends(tokenizer, template)
    if not ends:
        raise Absent("no token is known to end turns only", ordinary=True)
    results: list[ControlRows] = []
    for matrix in _matrices(source, listing, index, gguf):
        results += _compare(source, matrix, ends, tokenizer, template)
    if not results:
        raise Absent("the rows of unused tokens are not close enough to each other to compare with", ordinary=True)
    # An untrained row of the head decides, since the model cannot write the token; otherwise the embedding does.
    return next((rows for rows in reversed(results) if rows.untrained), results[0])


def _ends(tokenizer: TokenizerConfig, template: ChatTemplate | None) -> dict[str, int]:
    """The tokens that end turns, with their ids."""
    wanted = [end for end in (template.turn_ends if template else ()) if end not in DOCUMENT_ENDS] or list(_TURN_ENDS)
    found = {token: tokenizer.ids(token) for token in wanted}
    return {token: ids[0] for token, ids in found.items() if ids}


def _matrices(source: Source, listing: FileListing, index: WeightsIndex | None, gguf: GgufMetadata | None) -> Iterator[Matrix]:
    """The embedding and the head, if any; only the headers of the files that hold them are read."""
    from modelcheck.facts.matrix import gguf_matrix

    headers: dict[str, dict[str, Tensor]] = {}  # one file may hold both
    for names, of_gguf in ((_EMBEDDINGS, "token_embd.weight"), (_HEADS, "output.weight")):
        if gguf is not None and not listing.safetensors:
            found = gguf_matrix(gguf, of_gguf)
        else:
            found = _in_safetensors(source, listing, index, names, headers)
        if found is not None:
            yield found


def _in_safetensors(
    source: Source, listing: FileListing, index: WeightsIndex | None, names: Sequence[str], headers: dict[str, dict[str, Tensor]]
) -> Matrix | None:
    from modelcheck.documents.safetensors import parse_safetensors_header
    from modelcheck.facts.matrix import tensor_matrix

    if index is not None:
        name = next((name for name in names if name in index.shards), None)
        files = [index.shards[name]] if name else []
    else:
        files = [path for path in listing.safetensors if path == "model.safetensors" or len(listing.safetensors) == 1]
    for path in files:
        if path in listing:
            if path not in headers:
                headers[path] = parse_safetensors_header(path, listing.sizes[path], partial(source.read_range, path))
            found = next((name for name in names if name in headers[path]), None)
            if found:
                return tensor_matrix(found, headers[path][found])
    return None


def _compare(
    source: Source, matrix: Matrix, ends: Mapping[str, int], tokenizer: TokenizerConfig, template: ChatTemplate | None
) -> Iterator[ControlRows]:
    """The result for one matrix, or None if it is not conclusive."""
    rows = matrix.rows
    unused = _unused(tokenizer, template, ends, rows)
    if len(unused) < FEWEST:
        return
    taken = {*unused, *ends.values()}
    middle = rows // 3
    ordinary = [id_ for id_ in range(middle, min(rows, middle + _ORDINARY)) if id_ not in taken]
    values = _read(source, matrix, [*unused, *(id_ for id_ in ends.values() if id_ < rows), *ordinary])
    if not all(map(math.isfinite, (value for row in values.values() for value in row))):
        return
    centre = [sum(column) / len(unused) for column in zip(*(values[id_] for id_ in unused), strict=True)]
    radius = max(math.dist(values[id_], centre) for id_ in unused)
    distances = sorted(math.dist(values[id_], centre) for id_ in ordinary)
    apart = distances[len(distances) // 2] if distances else 0.0
    if not apart or radius > _CLUSTER * apart:
        return
    near = {token for token, id_ in ends.items() if id_ in values and math.dist(values[id_], centre) <= radius * _SLACK}
    seen = [token for token, id_ in ends.items() if id_ in values]
    trained, untrained = (tuple(token for token in seen if (token in near) is lies) for lies in (False, True))
    yield ControlRows(trained, untrained, len(unused), matrix.name, Span(matrix.path))


def _unused(tokenizer: TokenizerConfig, template: ChatTemplate | None, ends: Mapping[str, int], rows: int) -> list[int]:
    """The unused ids nearest to the turn's end: reserved tokens, and the rows after the vocabulary."""
    text = template.chosen.text if template else ""
    reserved = unused_ids(tokenizer.added_tokens, text, rows, ends.values())
    end = next(iter(ends.values()))
    ordered = sorted(reserved, key=lambda id_: (abs(id_ - end), id_))
    near = [id_ for id_ in ordered if abs(id_ - end) <= _NEAR]
    return sorted((near if len(near) >= FEWEST else ordered[:FEWEST])[:MOST])


def _read(source: Source, matrix: Matrix, ids: Sequence[int]) -> dict[int, Sequence[float]]:
    """Rows by id; neighbouring rows are read in one range."""
    found: dict[int, Sequence[float]] = {}
    for group in _groups(sorted(set(ids))):
        raw = source.read_range(matrix.path, matrix.start + group[0] * matrix.width, (group[-1] - group[0] + 1) * matrix.width)
        for id_ in group:
            start = (id_ - group[0]) * matrix.width
            found[id_] = matrix.decode(raw[start : start + matrix.width])
    return found


def _groups(ids: Sequence[int]) -> Iterator[list[int]]:
    group: list[int] = []
    for id_ in ids:
        if group and id_ - group[-1] > _GAP:
            yield group
            group = []
        group.append(id_)
    if group:
        yield group
