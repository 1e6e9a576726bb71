"""How a board looks: near enough to read, or far out."""
