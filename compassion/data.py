"""compassion data: package, import, tally, delete, release."""
