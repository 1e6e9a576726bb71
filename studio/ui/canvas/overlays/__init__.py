"""What opens over the canvas: search, name field, menu, tool tips."""
