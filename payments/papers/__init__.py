"""What is printed: pure functions from frozen sheets to bytes. No models, no database, no clock."""
