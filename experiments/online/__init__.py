"""Online studies: the player in the browser, exports, recruitment, the collector, and results."""
