"""The design: the declarations of a study, and its allocation lists."""
