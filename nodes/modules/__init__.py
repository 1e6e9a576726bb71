"""Layers that torch does not have. Each file needs torch alone and is copied into exports."""
