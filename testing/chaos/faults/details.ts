/** Drawn when the run is planned, so that a seed repeats them; a strike may add what it has seen. */
export interface Details {
  durationMs: number;
}

/** Of faults that concern replicas: their names. */
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
  /** Absent where the group had read everything. */
  unread?: UnreadRecords;
  /** Whether `/health` of a replica says so. */
  isDegraded?: boolean;
  /** How many the metric of all replicas together counts. */
  counted?: number;
  /** Requests to publish again that failed, in words. */
  failed?: string[];
}

export interface SlowClients extends Victims {
  /** How many requests were still open after a minute. */
  unfinished?: number;
}

/** A fault as it went. */
export interface Struck<Seen extends Details = Details> {
  fault: string;
  details: Seen;
  /** ms since the epoch */
  from: number;
  /** When it was over. */
  to: number;
}

/** The faults whose details a check reads. */
interface DetailsOf {
  'add-partition': GrownTopic;
  'delete-records': DeletedRecords;
  'outside-lock': LockedItem;
  'slow-clients': SlowClients;
}

/** @returns those that struck by this name, with what is known of them */
export const struckBy = <Name extends keyof DetailsOf>(struck: readonly Struck[], name: Name) =>
  struck.filter((one): one is Struck<DetailsOf[Name]> => one.fault === name);
