export { ConsumerPositions } from './consumer-positions.js';
export { Inbox } from './inbox.js';
export { Outbox, type OutgoingEvent } from './outbox.js';
export { OUTBOX_MIGRATIONS, OutboxModule } from './outbox.module.js';
export { OutboxFull, type OutboxOptions } from './outbox.options.js';
export { type RefusedEvent, RefusedRepository } from './refused.repository.js';
export { republish, type Republication, type Republished } from './republish.js';
export { restoreHeaders, storeHeaders, type StoredHeaders } from './stored-headers.js';
