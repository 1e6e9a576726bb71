"""Declarations of update rules."""
