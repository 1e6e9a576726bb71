"""Declarations of layers with weights or a state of their own, and activations."""
