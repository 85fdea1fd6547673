from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ServedIdentity, rule


@rule(severity="error", since="0.1")
def another_model(identity: ServedIdentity) -> Iterator[Finding]:
    """The server's weights are not those of the expected checkpoint: they continue texts with other tokens.

    After nearly all of eight short texts, the tokens that the server reports as the likeliest are ones that the expected weights,
    run here with `--probe`, hardly ever write, though both read the texts as the same tokens. Rounding the expected weights to
    four bits does not do that. A fine-tune of the same base model is usually nearer than this, and is not reported.

    ## Bad

    ```json served_identity.json
    {
     "expected": "acme/Thing-7B",
     "address": "http://127.0.0.1:8000/v1",
     "checks": [
      {
       "name": "likeliest first tokens",
       "outcome": "differs",
       "says": "after 8 of 8 prompts they are other tokens",
       "fault": "weights"
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
       "name": "likeliest first tokens",
       "outcome": "agrees",
       "says": "as expected",
       "fault": null
      }
     ]
    }
    ```

    ## Fix

    Serve the expected checkpoint, or correct what is expected.
    """
    found = identity.showing("weights")
    if found:
        yield Finding(f"this server's weights are not those of {identity.expected}: {found.says}", at=identity.at)
