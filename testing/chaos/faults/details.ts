/** Drawn when the run is planned, so that a seed repeats them; a strike may add its observations. */
export interface Details {
  durationMs: number;
}

/** The names of the affected replicas. */
export interface Victims extends Details {
  victims: string[];
}

export interface LockedItem extends Details {
  itemId: string;
}

export interface GrownTopic extends Details {
  topic: string;
}

/** The records of a partition that Kafka deleted before a group had read them. */
export interface UnreadRecords {
  group: string;
  topic: string;
  partition: number;
  /** The first offset. */
  from: number;
  /** The offset after the last one. */
  to: number;
}

export interface DeletedRecords extends Details {
  partition: number;
  /** Absent if the group had read all records. */
  unread?: UnreadRecords;
  /** Whether `/health` of a replica reports it. */
  isDegraded?: boolean;
  /** The sum of the metric over all replicas. */
  counted?: number;
  /** Failed requests to publish again, in words. */
  failed?: string[];
}

export interface SlowClients extends Victims {
  /** How many requests were still open after a minute. */
  unfinished?: number;
}

/** A fault that has struck. */
export interface Struck<Seen extends Details = Details> {
  fault: string;
  details: Seen;
  /** In ms since the epoch. */
  from: number;
  /** When it was over. */
  to: number;
}

/** The faults whose details a check reads. */
interface DetailsOf {
  'add-partition': GrownTopic;
  'clock-skew': Victims;
  'delete-records': DeletedRecords;
  'outside-lock': LockedItem;
  'slow-clients': SlowClients;
}

/** @returns the faults of this name that struck, with their details */
export const struckBy = <Name extends keyof DetailsOf>(struck: readonly Struck[], name: Name) =>
  struck.filter((one): one is Struck<DetailsOf[Name]> => one.fault === name);
