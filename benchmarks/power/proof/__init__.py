"""Type I error, coverage, power, families of tests and recovery of curves in thousands of simulated studies."""
