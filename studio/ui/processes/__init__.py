"""The helper processes as Qt sees them."""
