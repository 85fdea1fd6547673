from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ServedIdentity, rule


@rule(severity="warning", since="0.1")
def prompt_cut(identity: ServedIdentity) -> Iterator[Finding]:
    """The server reads a part of a long prompt only, and does not say so.

    The prompt is within the model's context, and the server counts fewer tokens than it has: it was cut silently, as engines do
    that have a short context by default. What was cut is missing for the model: often the instructions at the beginning.

    ## Bad

    ```json served_identity.json
    {
     "expected": "acme/Thing-7B",
     "address": "http://127.0.0.1:8000/v1",
     "checks": [
      {
       "name": "a long prompt",
       "outcome": "differs",
       "says": "of a prompt of 4,180 tokens it reads 2,048",
       "fault": "cut prompt"
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
       "name": "a long prompt",
       "outcome": "agrees",
       "says": "as expected",
       "fault": null
      }
     ]
    }
    ```

    ## Fix

    Raise the context of the engine, such as `num_ctx` of Ollama, or let it refuse prompts that are too long.
    """
    found = identity.showing("cut prompt")
    if found:
        yield Finding(f"this server cuts prompts that {identity.expected} can read: {found.says}", at=identity.at)
