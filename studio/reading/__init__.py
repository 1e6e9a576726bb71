"""What the files of data sources hold, read in a process of its own."""
