"""Which names of a study have rows of their own: measures, and columns of them, by the loop that asks them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.data.measured import loop_of
from analysis.errors import AnalysisError
from experiments.language.columns import Expression, Import
from experiments.language.conditions import Condition
from experiments.protocol.measures import Measure
from experiments.protocol.names import OF_ROWS, AddressError
from experiments.protocol.signals import MEASURES, SOURCE, measure_of
from experiments.study import Study


class RowNames:
    """The names of a study, by what they are in rows."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.names = study.names
        self.columns = study.file.columns

    def measures(self, name: str, several: bool = False) -> list[Measure]:
        """Return the measures of an address; several, if they are those of several steps or sessions.

        Raises
        ------
        AnalysisError
            If none fits, or more than one where one is meant.
        """
        fitting = self.names.fitting(name) if several else []
        try:
            return fitting or [self.names.measure(name)]
        except AddressError as error:
            raise AnalysisError(f"{error}.", error.remedy) from None

    def loops(self, name: str, several: bool = False) -> set[str]:
        """Return the places of the loops that ask a measure, or what a column is computed from; none if it is asked once."""
        if name in self.columns:
            of = self.columns[name].of
            if isinstance(of.value, Import):
                return {loop_of(period) for period in self.names.periods.values()} - {""}
            return {loop for each in of.row_names for loop in self.loops(each, several)}
        if not self.is_measured(name):
            return set()
        return {loop_of(measure) for measure in self.measures(name, several)} - {""}

    def is_measured(self, name: str) -> bool:
        """Return whether a name is answered, and not known to the rows, as factors and fields of items are."""
        if name in self.columns or self.names.levels(name) is not None:
            return False
        return name not in OF_ROWS and not self.is_field(name)

    def is_field(self, name: str) -> bool:
        """Return whether a name is a field of items."""
        fields = any(name in items.fields for items in self.study.opened.items.values())
        return fields and not self.names.fitting(name)

    def has_rows(self, name: str) -> bool:
        """Return whether a name has rows of its own: a measure, or a column of one."""
        if name in self.columns:
            of = self.columns[name].of
            return isinstance(of.value, Import) or any(map(self.has_rows, of.row_names))
        return self.is_measured(name)

    def computed(self, name: str) -> Expression | Condition:
        """Return what a column computes that is not imported."""
        value = self.columns[name].of.value
        assert not isinstance(value, Import)
        return value

    def imported(self, name: str) -> str:
        """Return the measure of signals that a column imports; '' if it imports none.

        Raises
        ------
        AnalysisError
            If there is no such measure.
        """
        value = self.columns[name].of.value
        if not isinstance(value, Import):
            return ""
        if not measure_of(value.source):
            known = ", ".join(f"{SOURCE}.{each}" for each in MEASURES)
            raise AnalysisError(
                f"'{name}' is imported ({value.source}), which there is not.",
                f"What can be imported is {known}.",
            )
        return measure_of(value.source)


def field_of(study: Study, name: str, rows: pd.DataFrame) -> pd.Series:
    """Return a field of the item of each row: numbers if all are, else texts; missing where the item has no such field."""
    found = pd.Series(np.nan, rows.index, dtype=object)
    for loop, own in rows.groupby("items"):
        items = study.opened.items.get(str(loop))
        if items is None or name not in items.fields:
            continue
        table = pd.DataFrame({"item": items.names, "field": items.fields[name]}, dtype=object)
        # An item with several rows in its file differs by a factor that is a column of it.
        by = [each for each in items.fields if each in own and each in study.names.factors]
        table = table.assign(**{each: list(items.fields[each]) for each in by})
        table = table.drop_duplicates(["item", *by])
        values = own[["item", *by]].merge(table, "left", on=["item", *by])["field"]
        found.loc[own.index] = values.to_numpy()
    numbers = pd.to_numeric(found, errors="coerce")
    return found if (numbers.isna() & found.notna()).any() else numbers.astype(float)
