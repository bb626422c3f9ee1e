"""From a protocol file to rows: protocol, design, timeline, schema, record, and the renderers."""
