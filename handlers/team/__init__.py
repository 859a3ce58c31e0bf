"""The team: who belongs to it, its settings, products, rates and targets, and all that it keeps as a workbook."""
