"""What a team's own history lets expect: of customers, of open deals, of the months to come."""
