"""What a team keeps beside its records: products, exchange rates, targets."""
