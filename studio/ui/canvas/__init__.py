"""The canvas: one board, drawn and edited by hand."""
