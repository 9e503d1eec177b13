export { withTimeout } from './with-timeout.js';
export { backoffMs, type BackoffOptions } from './backoff.js';
export { GroupCommit, QueueFull, type GroupCommitOptions } from './group-commit.js';
export { bisect, type Bisection } from './bisect.js';
export { Pace, type PaceOptions } from './pace.js';
export { Poller } from './poller.js';
