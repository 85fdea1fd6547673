from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ServedIdentity, rule


@rule(severity="warning", since="0.1")
def another_id(identity: ServedIdentity) -> Iterator[Finding]:
    """The server says that it loaded another checkpoint than the expected one.

    Engines state what they loaded apart from the name under which they serve it. Here that is another Hub id than `--expect`
    names. A copy of the same files under another name is reported, too: the other checks say whether the tokens agree.

    ## Bad

    ```json served_identity.json
    {
     "expected": "acme/Thing-7B",
     "address": "http://127.0.0.1:8000/v1",
     "checks": [
      {
       "name": "model id",
       "outcome": "differs",
       "says": "it says that it loaded acme/Thing-7B-Base",
       "fault": "id"
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
       "name": "model id",
       "outcome": "agrees",
       "says": "as expected",
       "fault": null
      }
     ]
    }
    ```

    ## Fix

    Serve the expected checkpoint, or expect the one that is served.
    """
    found = identity.showing("id")
    if found:
        yield Finding(f"this server says that it loaded another checkpoint than {identity.expected}: {found.says}", at=identity.at)
