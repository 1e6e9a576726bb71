"""Actions: what the menus, the tool bar and the shortcuts offer."""
