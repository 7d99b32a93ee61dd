"""What is asked of the past: the register, lists, timelines and statistics."""
