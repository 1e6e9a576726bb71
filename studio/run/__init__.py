"""torch: the loop, the trainer process, run folders and checkpoints."""
