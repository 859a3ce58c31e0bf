"""Customers: looked up by name and phone, summed up, edited, made one, forgotten; their follow-ups and own links."""
