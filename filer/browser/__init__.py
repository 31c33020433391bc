"""The browser: finding it, its only way out, what its window shows, and the wiring of the gate."""
