"""The scenario language: YAML files that are the test case document, made executable."""
