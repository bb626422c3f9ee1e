"""Everything for the browser: player, exporters, recruitment, collector."""
