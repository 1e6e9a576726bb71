"""Advice on what runs and yet learns badly or not at all, a file each. All of it is a warning that
can be silenced at its node, and reads what cards declare of types, never their names."""
