-- How a customer wants to be notified. A customer without a row is notified through the log.
CREATE TABLE contacts (
  customer_id             text PRIMARY KEY,
  email                   text,
  webhook_url             text,
  webhook_secret          bytea,         -- encrypted
  previous_webhook_secret bytea,         -- encrypted; signs too until the time below, so that a receiver can change its secret
  previous_secret_until   timestamptz,
  webhook_disabled_at     timestamptz,   -- null while it works
  webhook_disabled_reason text,
  events                  text[],        -- null: all
  language                text        NOT NULL DEFAULT 'en',
  revision                serial,        -- of what clients write; a contact that is created again never has an old one
  created_at              timestamptz NOT NULL DEFAULT now(),
  updated_at              timestamptz NOT NULL DEFAULT now(),
  CHECK ((webhook_url IS NULL) = (webhook_secret IS NULL))
);
