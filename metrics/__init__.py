"""The figures: periods, formulas, statistics, wording and charts, knowing nothing of SQL or Telegram."""
