from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CheckpointName, Finding, ModelUse, rule

from modelcheck_rules.deploy._families import family

_BETTER = {("Llama 4", "llama3_json"): "llama4_pythonic", ("Llama 4", "llama4_json"): "llama4_pythonic"}
"""Family and parser → the parser that vLLM's page on tool calling recommends instead (docs/features/tool_calling.md)."""
_SAME_TABLE = ("vllm", "dynamo", "kserve-huggingface")


@rule(severity="note", since="0.1")
def parser_not_recommended(use: ModelUse, name: CheckpointName) -> Iterator[Finding]:
    """vLLM recommends another tool call parser for this family.

    The parser that is set can read the family's calls, but the models write them less reliably in that format.

    ## Bad

    ```bash run.sh
    vllm serve meta-llama/Llama-4-Scout-17B-16E-Instruct --enable-auto-tool-choice --tool-call-parser llama3_json
    ```

    ## Good

    ```bash run.sh
    vllm serve meta-llama/Llama-4-Scout-17B-16E-Instruct --enable-auto-tool-choice --tool-call-parser llama4_pythonic
    ```

    ## Fix

    Set the recommended parser, with the chat template that vLLM ships for it.
    """
    states = family(name.name)
    better = _BETTER.get((states or "", use.tool_parser or ""))
    if better and use.engine in _SAME_TABLE:
        yield Finding(f"for {states} vLLM recommends the tool call parser {better!r}, but {use.tool_parser!r} is set", at=use.at)
