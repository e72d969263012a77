"""The words and rules of a trial: frozen types and pure functions, nothing else."""
