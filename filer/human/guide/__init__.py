"""The guide: a window of filer's own beside the form's, for people who never open a terminal."""
