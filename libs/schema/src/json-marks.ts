export interface JsonMarks {
  /** The number of members. */
  readonly colons: number;
  /** An upper bound of nested values: each list or object has an opening bracket, each further entry a comma. */
  readonly values: number;
}

/** Counts marks outside of the strings of a JSON text (RFC 8259, UTF-8): how much there is to parse, before parsing it. */
export function countMarks(json: Uint8Array): JsonMarks {
  let colons = 0;
  let values = 0;
  let inString = false;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === 0x22) inString = !inString;
    else if (inString && byte === 0x5c) at += 1;
    else if (inString) continue;
    else if (byte === 0x3a) colons += 1;
    else if (byte === 0x2c || byte === 0x5b || byte === 0x7b) values += 1;
  }
  return { colons, values };
}
