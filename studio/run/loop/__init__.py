"""The loop in pieces. Plain torch: exported training scripts hold copies of those that they use."""
