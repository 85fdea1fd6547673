"""Rules about a server that is compared with the checkpoint expected there."""
