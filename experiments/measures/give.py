"""The measure ``give``: an amount divided between keeping and giving."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from experiments.answer_range import Range
from experiments.files.references import TextKey
from experiments.measures.kind import Context, Numeric
from experiments.measures.stakes import Stakes


class Give(Numeric):
    """An amount divided between keeping and giving."""

    divides = True
    seconds = 6.0

    kind: Literal["give"]
    stakes: Literal["mode", "hypothetical"] = "mode"
    """'mode': the stakes of the mode; 'hypothetical': hypothetical in every mode."""
    keep: TextKey = ""
    """Text key of the label of the amount kept (default: an interface text)."""
    give: TextKey = ""
    """Text key of the label of the amount given (default: an interface text)."""

    def range(self, stakes: Stakes | None = None) -> Range | None:
        if stakes is None:
            return None
        money = stakes.money
        return Range(0.0, stakes.endowment, stakes.step, money.currency, money.prefix)

    def possible_answers(self) -> str:
        return "out of the endowment"

    def _answer_entry(
        self, texts: Mapping[str, str], stakes: Mapping[str, Stakes]
    ) -> dict[str, Any]:
        return {
            "Units": ", ".join(sorted({of_mode.money.currency for of_mode in stakes.values()})),
            "Stakes": {
                mode: of_mode.kind if self.stakes == "mode" else "hypothetical"
                for mode, of_mode in stakes.items()
            },
            "Endowment": {mode: of_mode.endowment for mode, of_mode in stakes.items()},
        }

    def _fields(self, context: Context) -> dict[str, Any]:
        stakes, text = context.stakes, context.text
        if stakes is None:
            raise ValueError("a 'give' measure needs stakes")
        return {
            "unit": stakes.money.currency,
            "high": stakes.endowment,
            "step": stakes.step,
            "low_label": text(self.keep) if self.keep else context.interface["keep"],
            "high_label": text(self.give) if self.give else context.interface["give"],
            "money": stakes.money.format(),
        }
