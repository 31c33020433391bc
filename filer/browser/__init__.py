"""Playwright's side of filer: the browser, its way out, and the fields on the page."""
