import { ANYONE, type Caller } from '@orderflow/auth';

/** The part of all places that one customer, whoever asks for it, and any other subject may take. */
const SHARES = { customer: 0.1, other: 0.5 };

/** Places for requests that keep a connection while nothing happens. No caller takes all of them. */
export class Places {
  private readonly byOwner = new Map<string, number>();
  private count = 0;

  constructor(private readonly max: number) {}

  /** How many are taken. */
  get taken(): number {
    return this.count;
  }

  /** @returns what gives the place back, to be called once; undefined if there is none for this caller */
  take(caller: Caller | undefined): (() => void) | undefined {
    if (this.count >= this.max) return undefined;
    const giveBack = caller === undefined || caller === ANYONE ? () => undefined : this.takeOwn(caller);
    if (!giveBack) return undefined;
    this.count += 1;
    return () => {
      this.count -= 1;
      giveBack();
    };
  }

  private takeOwn({ subject, customerId }: Caller): (() => void) | undefined {
    const [owner, part] =
      customerId === undefined ? [`subject ${subject}`, SHARES.other] : [`customer ${customerId}`, SHARES.customer];
    const own = this.byOwner.get(owner) ?? 0;
    if (own >= Math.max(1, Math.floor(this.max * part))) return undefined;
    this.byOwner.set(owner, own + 1);
    return () => {
      const left = (this.byOwner.get(owner) ?? 0) - 1;
      if (left > 0) this.byOwner.set(owner, left);
      else this.byOwner.delete(owner);
    };
  }
}
