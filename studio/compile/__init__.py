"""torch: from a project to issues, shapes, counts, Python source and modules."""
