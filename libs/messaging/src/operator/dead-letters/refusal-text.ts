import type { Refusal } from './lock-parked.js';

/** The text of a refusal for operators. */
export function refusalText(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'unknown':
      return 'there is no such dead letter';
    case 'finished':
      return `it is ${refusal.status} already`;
    case 'behind':
      return `it waits behind ${refusal.headId} of its key, which comes first`;
    case 'busy':
      return 'its key is in hand at the moment; try again';
  }
}
