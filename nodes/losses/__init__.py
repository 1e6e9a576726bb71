"""Declarations of losses."""
