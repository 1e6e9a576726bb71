"""What can be looked at inside a network."""
