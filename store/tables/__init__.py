"""The schema: every table, with the indexes that the metrics' questions are answered from.

``team_id`` is NOT NULL and leads every index of a team's rows. A logged thing is a row of ``records`` (its number,
who made it, from which message) and a row of its kind (``contacts``, ``sales``, …) with the same id. ``counted`` is
false for removed records and for those of internal customers: no figure reads such a row.
"""

from store.tables.base import metadata
from store.tables.care import departures, optouts, rating_links, ratings, tickets
from store.tables.customers import customer_names, customers, hand_overs, merged_rows, merges, products
from store.tables.derived import buyer_months, cohorts, contact_days, ended_days, journeys, sale_days
from store.tables.intake import audit, audit_values, drafts, imports, inbox, questions
from store.tables.people import accounts, invites, members, teams
from store.tables.plans import rates, targets
from store.tables.proactive import followups, links, looks, mutes, outbox, runs, schedules
from store.tables.records import contacts, costs, deals, leads, records, refunds, sales

__all__ = [
    "accounts",
    "audit",
    "audit_values",
    "buyer_months",
    "cohorts",
    "contact_days",
    "contacts",
    "costs",
    "customer_names",
    "customers",
    "deals",
    "departures",
    "drafts",
    "ended_days",
    "followups",
    "hand_overs",
    "imports",
    "inbox",
    "invites",
    "journeys",
    "leads",
    "links",
    "looks",
    "members",
    "merged_rows",
    "merges",
    "metadata",
    "mutes",
    "optouts",
    "outbox",
    "products",
    "questions",
    "rates",
    "rating_links",
    "ratings",
    "records",
    "refunds",
    "runs",
    "sale_days",
    "sales",
    "schedules",
    "targets",
    "teams",
    "tickets",
]
