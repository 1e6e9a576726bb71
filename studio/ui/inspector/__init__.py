"""The inspector: parameters and facts of what is selected."""
