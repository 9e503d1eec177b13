-- Which request created which order, stored in the order's transaction, so that a repeated request finds both or neither.
CREATE TABLE idempotency_keys (
  key          text COLLATE "C" PRIMARY KEY,
  request_hash bytea       NOT NULL,   -- SHA-256 of the canonical body
  order_id     uuid        NOT NULL,
  expires_at   timestamptz NOT NULL
);

CREATE INDEX idempotency_keys_to_forget ON idempotency_keys (expires_at);
