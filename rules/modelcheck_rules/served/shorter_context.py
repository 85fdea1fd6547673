from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ServedIdentity, rule


@rule(severity="note", since="0.1")
def shorter_context(identity: ServedIdentity) -> Iterator[Finding]:
    """The server allows less context than the model has.

    This may be intended: a shorter context needs less memory. Clients that count on the length in the model's card get errors.

    ## Bad

    ```json served_identity.json
    {
     "expected": "acme/Thing-7B",
     "address": "http://127.0.0.1:8000/v1",
     "checks": [
      {
       "name": "context length",
       "outcome": "differs",
       "says": "1,024 of the model's 8,192 tokens",
       "fault": "short context"
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
       "name": "context length",
       "outcome": "agrees",
       "says": "as expected",
       "fault": null
      }
     ]
    }
    ```

    ## Fix

    Raise the limit of the engine, such as `--max-model-len`, if the memory is there.
    """
    found = identity.showing("short context")
    if found:
        yield Finding(f"this server allows a shorter context than {identity.expected}: {found.says}", at=identity.at)
