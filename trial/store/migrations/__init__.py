"""The dated steps that made the tables what they are; run by :mod:`trial.store.migrate`."""
