"""From evidence to complaint: where each case stands, and what is due when."""
