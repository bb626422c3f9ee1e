"""The preregistration: a protocol's plan in two layouts, locked by a hash and checked later."""
