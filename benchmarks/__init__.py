"""What the figures of docs/performance.md come from: one command each, ``python -m benchmarks.NAME``."""
