"""What a press and a drag of the mouse do."""
