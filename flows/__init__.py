"""What each of Meta's forms looks like: data, one file per form, repaired when a form changes."""
