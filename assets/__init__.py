"""Icons and pictures."""
