"""What is asked for: pydantic models in the imperative, one file per case type."""
