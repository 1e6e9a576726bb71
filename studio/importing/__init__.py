"""Torch: modules that others wrote become boards, and their weights come along."""
