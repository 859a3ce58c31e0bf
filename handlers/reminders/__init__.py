"""What reminds a rep: follow-ups and their sequences, birthdays, who stopped buying, and today's list."""
