export interface Process {
  name: string;
  pid: number;
}

/** Sums up what each process has used of something since the start, or since its own if that came later. */
export class Usage {
  seen = new Map<number, { name: string; from: number; to: number }>();

  /** @param used since the start of the process; NaN if it has ended */
  note({ name, pid }: Process, used: number, isStart: boolean) {
    if (Number.isNaN(used)) return;
    const known = this.seen.get(pid);
    if (known) known.to = used;
    else this.seen.set(pid, { name, from: isStart ? used : 0, to: used });
  }

  byName(): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const { name, from, to } of this.seen.values()) sums[name] = (sums[name] ?? 0) + to - from;
    return sums;
  }
}
