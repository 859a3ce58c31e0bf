"""Questions and their answers: a metric as a command or in plain words, its buttons, its rows, the team's KPIs."""
