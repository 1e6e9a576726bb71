"""What linters of single files cannot see: circles of imports, names given twice, the map."""
