"""Provisional: replaced by the reader's file."""
from typing import Annotated
from pydantic import Field
Text = Annotated[str, Field(pattern=r"\S")]
Words = Annotated[str, Field(pattern=r"\S")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
YesNo = bool
Whole = int
Number = float
