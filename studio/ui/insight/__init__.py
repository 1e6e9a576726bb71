"""Look inside: what a network holds and does, and trying it on input of one's own."""
