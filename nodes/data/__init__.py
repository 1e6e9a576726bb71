"""Declarations of data sources."""
