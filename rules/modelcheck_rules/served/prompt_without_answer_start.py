from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ServedIdentity, rule


@rule(severity="warning", since="0.1")
def prompt_without_answer_start(identity: ServedIdentity) -> Iterator[Finding]:
    """The server leaves out the beginning of the answer that the template writes.

    The template ends a prompt with the marks of the assistant's turn (`add_generation_prompt`). Without them the model often
    continues the user's turn, or writes the marks itself.

    ## Bad

    ```json served_identity.json
    {
     "expected": "acme/Thing-7B",
     "address": "http://127.0.0.1:8000/v1",
     "checks": [
      {
       "name": "token counts of conversations",
       "outcome": "differs",
       "says": "counts are those of its template without the generation prompt",
       "fault": "generation prompt"
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

    Render the template with `add_generation_prompt`, which engines set by default.
    """
    found = identity.showing("generation prompt")
    if found:
        yield Finding(f"prompts of this server do not end as those of {identity.expected}: {found.says}", at=identity.at)
