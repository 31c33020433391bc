"""The person: what is said to them, and how they are asked."""
