"""The words that a text contains which starts a server or a trainer. Imported by every format, so it imports little."""

from __future__ import annotations

from modelcheck.readers.launch.engines import MENTIONS
from modelcheck.readers.launch.programs import PROGRAM_MENTIONS
from modelcheck.readers.launch.trainers import TRAINER_MENTIONS

COMMAND_MENTIONS = (*MENTIONS, *TRAINER_MENTIONS, *PROGRAM_MENTIONS)

CLIENT_MENTIONS = (b"chat", b"Chat", b"litellm_params", b"webui", b"anything", b"big-agi")
"""A file with a client of a chat server has one of these."""


def may_start(text: str) -> bool:
    """Whether a text names a server or a trainer, so that it is worth splitting into arguments."""
    lowered = text.lower()  # several times as fast as one pattern of all of them
    return any(mention in lowered for mention in COMMAND_MENTIONS)
