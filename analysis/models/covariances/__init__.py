"""Covariances of Gaussian mixed models, as sums of matrices with one parameter each."""
