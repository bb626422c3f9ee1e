"""The timeline of one session, and the session run that goes through its screens."""
