-- What requests with an Idempotency-Key have done, stored in the transaction that did it, so that a repetition finds both or neither.
CREATE TABLE idempotent_requests (
  operation    text        NOT NULL,   -- method and route; a key belongs to one operation
  key          text COLLATE "C" NOT NULL,
  request_hash bytea       NOT NULL,   -- SHA-256 of the canonical path and body
  outcome      json        NOT NULL,
  expires_at   timestamptz NOT NULL,
  PRIMARY KEY (key, operation)
);

CREATE INDEX idempotent_requests_to_forget ON idempotent_requests (expires_at);
