from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ServedIdentity, rule


@rule(severity="warning", since="0.1")
def system_prompt_added(identity: ServedIdentity) -> Iterator[Finding]:
    """The server adds something to each conversation, such as a system prompt.

    Each conversation has the same number of tokens more than its messages make, however many turns it has. The answers depend on a
    text that clients do not see, and pay for.

    ## Bad

    ```json served_identity.json
    {
     "expected": "acme/Thing-7B",
     "address": "http://127.0.0.1:8000/v1",
     "checks": [
      {
       "name": "token counts of conversations",
       "outcome": "differs",
       "says": "each conversation begins with 31 tokens more, however many turns it has",
       "fault": "system prompt"
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

    Remove the text from the server or proxy, or tell its clients; `ignore` this rule where it is intended.
    """
    found = identity.showing("system prompt")
    if found:
        yield Finding(f"this server adds to what its clients say: {found.says}", at=identity.at)
