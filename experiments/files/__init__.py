"""YAML files: reading them, reporting every fault with file, line, key and remedy, and checking the names they use."""
