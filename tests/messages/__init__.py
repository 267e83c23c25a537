"""Every refusal says what is, what must be, and what to do."""
