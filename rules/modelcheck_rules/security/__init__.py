"""Rules about checkpoints that can harm those who load or serve them."""
