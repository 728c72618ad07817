"""One file a wire, nothing else."""
