"""Text and YAML files as nodes that know their file, line and column; every mistake is told at once."""
