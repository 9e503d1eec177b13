/** A notification that has reached its receiver as a whole. */
export interface Receipt {
  notificationId: string;
  /** In ms since the epoch. */
  at: number;
  /** Whether the receiver has said that it has it. */
  isTaken: boolean;
}

export interface Received extends Receipt {
  /** An e-mail address, or the customer whose webhook it is. */
  recipient: string;
  /** The mail, decoded, or the body of the request. */
  text: string;
}

const ALL = '*';

/** Keeps what it receives, and fails as it is told to, for one recipient or for all. */
export abstract class Receiver<Mode extends string> {
  readonly received: Received[] = [];
  readonly port: number;
  private readonly keepsTexts: boolean;
  private readonly modes = new Map<string, Mode | 'works'>();

  /** @param options `keepsTexts: false` leaves texts empty, for more messages than fit in memory */
  constructor(port: number, { keepsTexts = true } = {}) {
    this.port = port;
    this.keepsTexts = keepsTexts;
  }

  /** Until it is set again. A recipient's own mode goes before the one of all. */
  set(mode: Mode | 'works', recipient = ALL): void {
    this.modes.set(recipient, mode);
  }

  of(recipient: string): Received[] {
    return this.received.filter((one) => one.recipient === recipient);
  }

  takenOf(recipient: string): Received[] {
    return this.of(recipient).filter(({ isTaken }) => isTaken);
  }

  protected modeFor(recipient: string): Mode | 'works' {
    return this.modes.get(recipient) ?? this.modes.get(ALL) ?? 'works';
  }

  protected keep({ text, ...receipt }: Omit<Received, 'at'>): Received {
    const received = { ...receipt, at: Date.now(), text: this.keepsTexts ? text : '' };
    this.received.push(received);
    return received;
  }
}
