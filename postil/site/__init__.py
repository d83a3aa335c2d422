"""What an editor wrote: read, typed, placed and checked."""
