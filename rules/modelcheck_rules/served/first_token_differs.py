from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ServedIdentity, rule


@rule(severity="warning", since="0.1")
def first_token_differs(identity: ServedIdentity) -> Iterator[Finding]:
    """Prompts begin with the first token twice, or without it.

    Engines and templates both may add the token that begins a text. If both do, or neither, the model reads prompts that it was not
    trained on; answers get worse, and nothing fails.

    ## Bad

    ```json served_identity.json
    {
     "expected": "acme/Thing-7B",
     "address": "http://127.0.0.1:8000/v1",
     "checks": [
      {
       "name": "token counts of conversations",
       "outcome": "differs",
       "says": "counts are those of its template with the first token twice",
       "fault": "first token"
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
       "name": "token counts of conversations",
       "outcome": "agrees",
       "says": "as expected",
       "fault": null
      }
     ]
    }
    ```

    ## Fix

    Let either the template or the engine add the token: see the engine's option for special tokens.
    """
    found = identity.showing("first token")
    if found:
        yield Finding(f"prompts of this server do not begin as those of {identity.expected}: {found.says}", at=identity.at)
