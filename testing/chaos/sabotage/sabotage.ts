/** of built code; `find` stands in the file exactly once */
export interface Patch {
  file: string;
  find: string;
  replace: string;
}

/** A mistake that somebody could make */
export interface Sabotage {
  name: string;
  /** in a few words */
  about: string;
  /** the check that has to name it */
  named: string;
  /** that bring it to light; none where it shows by itself */
  faults: string[];
  /** that its faults need, where that is longer than usual */
  minutes?: number;
  /** whether it shows only where services demand tokens */
  isSecure?: true;
  patches: Patch[];
}

export const patch = (file: string, find: string, replace: string): Patch => ({ file, find, replace });
