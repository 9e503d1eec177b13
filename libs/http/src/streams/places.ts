import { ANYONE, type Caller } from '@orderflow/auth';

/** The part of all places that one customer, and anybody else who has a token, may take. */
const SHARES = { customer: 0.1, other: 0.5 };

/** Places for requests that keep a connection while nothing happens. No caller takes all of them. */
export class Places {
  private readonly bySubject = new Map<string, number>();
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
    const share = this.max * (customerId === undefined ? SHARES.other : SHARES.customer);
    const own = this.bySubject.get(subject) ?? 0;
    if (own >= Math.max(1, Math.floor(share))) return undefined;
    this.bySubject.set(subject, own + 1);
    return () => {
      const left = (this.bySubject.get(subject) ?? 0) - 1;
      if (left > 0) this.bySubject.set(subject, left);
      else this.bySubject.delete(subject);
    };
  }
}
