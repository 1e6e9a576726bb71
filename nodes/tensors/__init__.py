"""Declarations of operations on tensors, without weights."""
