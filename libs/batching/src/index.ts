export { atMost } from './at-most.js';
export { backoffMs, type BackoffOptions } from './backoff.js';
export { GroupCommit, QueueFull, type GroupCommitOptions } from './group-commit.js';
export { isolateCulprits, type IsolateCulprits } from './isolate-culprits.js';
export { Sweep } from './sweep.js';
