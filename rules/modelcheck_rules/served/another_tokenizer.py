from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ServedIdentity, rule


@rule(severity="error", since="0.1")
def another_tokenizer(identity: ServedIdentity) -> Iterator[Finding]:
    """The server's tokenizer is not that of the expected checkpoint.

    The server counts the tokens of short texts, or cuts them into tokens, otherwise than the tokenizer of the checkpoint that
    `--expect` names. So it serves another model, or this one with the tokenizer of another. Behind a proxy that estimates the
    counts itself, they are not the model's: then scan the server behind it.

    ## Bad

    ```json served_identity.json
    {
     "expected": "acme/Thing-7B",
     "address": "http://127.0.0.1:8000/v1",
     "checks": [
      {
       "name": "token counts of texts",
       "outcome": "differs",
       "says": "counts are those of another tokenizer: other scripts 96 instead of 41, code 48 instead of 39",
       "fault": "tokenizer"
      }
     ]
    }
    ```

    ## Good

    ```json served_identity.json
    {
     "expected": "acme/Thing-7B",
     "address": "http://127.0.0.1:8000/v1",
     "checks": [
      {
       "name": "token counts of texts",
       "outcome": "agrees",
       "says": "as expected",
       "fault": null
      }
     ]
    }
    ```

    ## Fix

    Serve the expected checkpoint with its own tokenizer, or correct what is expected.
    """
    found = identity.showing("tokenizer")
    if found:
        yield Finding(f"this server's tokenizer is not that of {identity.expected}: {found.says}", at=identity.at)
