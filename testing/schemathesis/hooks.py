"""What requests must keep to beyond JSON Schema, so that what Schemathesis takes for valid is valid.

Each rule stands in a description of the OpenAPI document. A case that is meant to be invalid is left as it is.
"""

from datetime import datetime

import schemathesis
from hypothesis import strategies

# ISO 4217: the currencies whose minor unit is not a hundredth.
DECIMALS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}

# The coverage phase makes up headers of letters and digits alone, unless their format is known. Every entity tag has quotes:
# it finds no valid one, and sends an invalid one in requests that it takes for valid.
ENTITY_TAGS = "entity-tags"
TAG = r'(W/)?"[!#-~]{0,8}"'
schemathesis.openapi.format(ENTITY_TAGS, strategies.from_regex(rf"\*|{TAG}(, {TAG})?", fullmatch=True))


@schemathesis.hook
def before_load_schema(context, raw_schema):
    for path in raw_schema["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", []):
                if parameter["name"] == "If-Match":
                    parameter["schema"]["format"] = ENTITY_TAGS


@schemathesis.hook
def map_case(context, case):
    if case.meta is not None and case.meta.generation.mode.is_positive and isinstance(case.body, dict):
        case.body = within_rules(case.operation.label, dict(case.body))
    return case


def within_rules(operation, body):
    if body.get("items"):
        body["items"] = list({item["itemId"]: item for item in body["items"]}.values())
    if operation == "POST /orders":
        body["totalAmount"] = round(body["totalAmount"], DECIMALS.get(body.get("currency"), 2))
    if {"from", "to"} <= {name for name, value in body.items() if value is not None}:
        body["from"], body["to"] = period(body["from"], body["to"])
    return body


def period(*instants):
    first, last = sorted(instants, key=instant)
    return (first, last) if instant(first) < instant(last) else ("2000-01-01T00:00:00Z", "2000-01-02T00:00:00Z")


def instant(text):
    return datetime.fromisoformat(text.upper().replace("Z", "+00:00"))
