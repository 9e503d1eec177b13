export interface JsonMarks {
  /** As many as members. */
  readonly colons: number;
  /** At least as many as values within others, or members: each list or object has an opening, each further entry a comma. */
  readonly values: number;
}

/** Counts what stands in a JSON text (RFC 8259, UTF-8) outside of its strings: how much there is to parse, before it is parsed. */
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
