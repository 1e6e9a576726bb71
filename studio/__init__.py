"""Netloom: draw a neural network, train it, look inside it, take it away as PyTorch code."""
