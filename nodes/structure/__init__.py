"""Inputs, outputs, and boards used as nodes."""
