"""The planned analysis: from data to frozen results.

``analyse`` analyses folders of data; ``write_results`` and ``read_results`` store the results and read them.
"""

from analysis.planned.analyse import analyse, analyse_data
from analysis.planned.results import Results
from analysis.planned.storing import read_results, write_results

__all__ = ["Results", "analyse", "analyse_data", "read_results", "write_results"]
