"""Facts that several metrics are made of, put together from those of the store."""
