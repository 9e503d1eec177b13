import type { LaneLimits } from './delivery-queue.js';
import type { Lane } from './delivery.js';

/** Messages that a replica sends at the same time through a channel. */
export interface SlotLimits {
  readonly working: number;
  /** Of lanes whose receiver could not be reached the last time. */
  readonly failing: number;
  readonly perHost: number;
  /** Of a customer. */
  readonly perLane: number;
}

/** Lanes that fail have slots of their own, so that they never take those of others. */
export class Slots {
  private readonly taken = { working: 0, failing: 0 };
  private readonly takenOfHost = new Map<string, number>();

  /** @param onChange called with the number of slots in use */
  constructor(
    private readonly limits: SlotLimits,
    private readonly onChange: (inUse: number) => void = () => undefined,
  ) {}

  /** What may be leased now. */
  get free(): LaneLimits {
    const { working, failing, perHost, perLane } = this.limits;
    return {
      working: Math.max(0, Math.floor((working - this.taken.working) / perLane)),
      failing: Math.max(0, failing - this.taken.failing),
      perLane,
      exceptHosts: [...this.takenOfHost].flatMap(([host, taken]) => (taken >= perHost ? [host] : [])),
    };
  }

  /** @returns false if its host has no slot left; nothing is taken then */
  take(lane: Lane): boolean {
    if (lane.host !== '' && this.ofHost(lane.host) >= this.limits.perHost) return false;
    this.add(lane, lane.deliveries.length);
    return true;
  }

  release(lane: Lane): void {
    this.add(lane, -lane.deliveries.length);
  }

  private ofHost(host: string): number {
    return this.takenOfHost.get(host) ?? 0;
  }

  private add({ host, failures }: Lane, count: number): void {
    this.taken[failures > 0 ? 'failing' : 'working'] += count;
    this.onChange(this.taken.working + this.taken.failing);
    const ofHost = this.ofHost(host) + count;
    if (ofHost === 0 || host === '') this.takenOfHost.delete(host);
    else this.takenOfHost.set(host, ofHost);
  }
}
