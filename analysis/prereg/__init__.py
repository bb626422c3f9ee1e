"""The preregistration: a study's plan in two layouts, locked by a hash and checked later."""
