"""Code behind the data sources. Each file is self-contained and is copied into exported scripts."""
