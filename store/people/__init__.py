"""People: accounts, teams and their settings, members and invites, and where each of them is reached."""
