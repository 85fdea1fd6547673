"""A conversation of a data set: messages, of which those of the assistant are learned."""

from __future__ import annotations

import hashlib
from typing import Literal

from modelcheck.records import record

Role = Literal["system", "user", "assistant", "tool"]
ROLES = ("system", "user", "assistant", "tool")


@record(eq=True)
class Message:
    """One turn."""

    role: Role
    content: str


@record(eq=True)
class Conversation:
    """``messages`` end with the assistant's. ``where`` is the place in the data (``file:number``), ``task`` what a column says."""

    messages: tuple[Message, ...]
    where: str
    task: str = ""

    @property
    def answer(self) -> str:
        """The last answer."""
        return self.messages[-1].content

    @property
    def asked(self) -> str:
        """All before the first answer to a question, as one text: conversations with the same are about the same."""
        asked = next((place for place, one in enumerate(self.messages) if one.role == "user"), 0)
        first = next(
            (place for place, one in enumerate(self.messages) if one.role == "assistant" and place > asked), len(self.messages)
        )
        return "\n".join(one.content.strip() for one in self.messages[:first])

    @property
    def digest(self) -> str:
        """A digest of what is said."""
        said = "\0".join(f"{one.role}\1{one.content.strip()}" for one in self.messages)
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]
