"""Random projects, edits, texts and folders: refused or told, never a fault; `make fuzz`."""
