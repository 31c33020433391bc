"""Practice: a copy of the forms on this machine, and a stand-in for the person."""
