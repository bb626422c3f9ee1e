"""``give``: an amount divided between keeping and giving."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from experiments.files.references import Text
from experiments.measures.kind import Context, Numeric, Range
from experiments.measures.stakes import Stakes


class Give(Numeric):
    """An amount divided between keeping and giving."""

    divides = True
    seconds = 6.0

    kind: Literal["give"]
    stakes: Literal["mode", "hypothetical"] = "mode"
    """'mode': the stakes of the mode; 'hypothetical': imagined in every mode."""
    keep: Text = ""
    """Text key of the label of what is kept (default: the interface's)."""
    give: Text = ""
    """Text key of the label of what is given (default: the interface's)."""

    def range(self, stakes: Stakes | None = None) -> Range | None:
        if stakes is None:
            return None
        money = stakes.money
        return Range(0.0, stakes.endowment, stakes.step, money.currency, money.prefix)

    def answers(self) -> str:
        return "out of the endowment"

    def _described(self, texts: Mapping[str, str], stakes: Mapping[str, Stakes]) -> dict[str, Any]:
        return {
            "Units": ", ".join(sorted({each.money.currency for each in stakes.values()})),
            "Stakes": {
                mode: each.kind if self.stakes == "mode" else "hypothetical"
                for mode, each in stakes.items()
            },
            "Endowment": {mode: each.endowment for mode, each in stakes.items()},
        }

    def _fields(self, context: Context) -> dict[str, Any]:
        stakes, text = context.stakes, context.text
        if stakes is None:
            raise ValueError("an amount cannot be asked for without stakes")
        return {
            "unit": stakes.money.currency,
            "high": stakes.endowment,
            "step": stakes.step,
            "low_label": text(self.keep) if self.keep else context.interface["keep"],
            "high_label": text(self.give) if self.give else context.interface["give"],
            "money": stakes.money.written(),
        }
