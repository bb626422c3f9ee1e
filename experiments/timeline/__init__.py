"""The screens of one session, and the machine that goes through them."""
