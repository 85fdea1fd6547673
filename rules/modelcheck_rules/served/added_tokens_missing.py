from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ServedIdentity, rule


@rule(severity="warning", since="0.1")
def added_tokens_missing(identity: ServedIdentity) -> Iterator[Finding]:
    """Special tokens of the expected checkpoint are not tokens of the served one.

    The vocabulary is the same, but some special tokens are spelled as text there, or have other ids: often the files of another
    revision, or the tokenizer of the base model. A template that writes them then gives the model text that it was not trained on.

    ## Bad

    ```json served_identity.json
    {
     "expected": "acme/Thing-7B",
     "address": "http://127.0.0.1:8000/v1",
     "checks": [
      {
       "name": "token counts of texts",
       "outcome": "differs",
       "says": "special tokens are not single tokens there: special tokens 61 instead of 9",
       "fault": "added tokens"
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

    Serve the revision that is expected, with the tokenizer files of that revision.
    """
    found = identity.showing("added tokens")
    if found:
        yield Finding(f"special tokens of {identity.expected} are not tokens of the served model: {found.says}", at=identity.at)
