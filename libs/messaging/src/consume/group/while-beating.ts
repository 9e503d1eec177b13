import { HEARTBEAT_INTERVAL_MS } from './group-member.js';

/** Sends heartbeats until `work` is done. The database's timeouts bound its duration. */
export async function whileBeating<Result>(
  heartbeat: () => Promise<void>,
  work: () => Promise<Result>,
): Promise<Result> {
  // A failed heartbeat does not cancel the work: if the group has moved on, kafkajs rejoins at the next one.
  const timer = setInterval(() => void heartbeat().catch(() => undefined), HEARTBEAT_INTERVAL_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
