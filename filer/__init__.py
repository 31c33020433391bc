"""filer: a guide through Meta's objection forms that keeps evidence of every step."""

__version__ = "0.1.0"
