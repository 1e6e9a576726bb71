"""The window: its docks, tabs, menus and files."""
