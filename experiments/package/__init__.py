"""Data packages, and other operations on collections: reading, payments, deletion."""

from experiments.package.arrow import DataError
from experiments.package.deleting import Deletion, delete
from experiments.package.gathering import Gathered, gather
from experiments.package.package import write_package
from experiments.package.paying import tally, write_tally
from experiments.package.tidy import is_tidy, read_tidy, write_tidy

__all__ = [
    "DataError",
    "Deletion",
    "Gathered",
    "delete",
    "gather",
    "is_tidy",
    "read_tidy",
    "tally",
    "write_package",
    "write_tally",
    "write_tidy",
]
