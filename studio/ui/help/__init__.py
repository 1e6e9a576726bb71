"""The Help panel: what a node type computes."""
