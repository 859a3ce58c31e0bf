"""What kinds of import and their fields are called."""

from collections.abc import Mapping

from metrics.wording import Phrase, phrase

KINDS: Mapping[str, Phrase] = {
    "sales": phrase("sales"),
    "calls": phrase("calls"),
    "leads": phrase("leads"),
    "costs": phrase("costs"),
    "deals": phrase("deals"),
    "contacts": phrase("contacts"),
    "refunds": phrase("refunds"),
    "tickets": phrase("tickets"),
    "ratings": phrase("ratings"),
    "optouts": phrase("opt-outs"),
}
FIELDS: Mapping[str, Phrase] = {
    "ref": phrase("reference number"),
    "customer": phrase("customer"),
    "name": phrase("customer"),
    "amount": phrase("amount"),
    "currency": phrase("currency"),
    "at": phrase("date"),
    "from": phrase("first day"),
    "to": phrase("last day"),
    "product": phrase("product"),
    "quantity": phrase("quantity"),
    "rep": phrase("rep"),
    "channel": phrase("channel"),
    "campaign": phrase("campaign"),
    "phone": phrase("phone number"),
    "note": phrase("note"),
    "direction": phrase("direction"),
    "outcome": phrase("outcome"),
    "duration_s": phrase("duration in seconds"),
    "kind": phrase("kind"),
    "referred_by": phrase("referred by"),
    "birthday": phrase("birthday"),
    "opened_at": phrase("opened on"),
    "closed_at": phrase("closed on"),
    "answered_at": phrase("answered on"),
    "resolved_at": phrase("resolved on"),
    "stage": phrase("stage"),
    "reason": phrase("reason"),
    "text": phrase("request"),
    "score": phrase("score"),
    "sale": phrase("sale number"),
    "ticket": phrase("ticket number"),
}
