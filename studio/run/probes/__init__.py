"""What can be looked at inside a network: one small file each."""
