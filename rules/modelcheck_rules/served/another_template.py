from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ServedIdentity, rule


@rule(severity="warning", since="0.1")
def another_template(identity: ServedIdentity) -> Iterator[Finding]:
    """The server renders conversations with another template.

    What is around the messages is not what the template of the expected checkpoint writes: another template file was given to the
    engine, or the engine's own took its place. A model answers best in the format that it was trained on.

    ## Bad

    ```json served_identity.json
    {
     "expected": "acme/Thing-7B",
     "address": "http://127.0.0.1:8000/v1",
     "checks": [
      {
       "name": "token counts of conversations",
       "outcome": "differs",
       "says": "counts are those of another template: three turns 71 instead of 54",
       "fault": "template"
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

    Serve the model with its own template, or leave out the option that names another.
    """
    found = identity.showing("template")
    if found:
        yield Finding(f"this server does not use the chat template of {identity.expected}: {found.says}", at=identity.at)
