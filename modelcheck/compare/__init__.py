"""Which of several checkpoints is the better start for fine-tuning on a team's own conversations, measured.

Tier 0 (``measuring``) runs each start as it is. Tier 1 (``training``) trains each for a short while with LoRA, on the same batches.
The processes that load models are ``worker``; everything else needs no torch.
"""
