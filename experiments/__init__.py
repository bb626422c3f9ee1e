"""From a protocol file to rows: protocol, design, timeline, schema, journal, and the renderers."""
