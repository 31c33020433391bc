"""The commands, each loaded when it is called: `filer.cli` names them."""
