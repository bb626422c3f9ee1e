"""Reading YAML files: every fault with its file, line, key and remedy; names that refer to other parts of a file."""
