/** What is erased, and what takes the place of the customer's id. */
export interface Erased {
  readonly customerId: string;
  /** `erased-` and a UUID. */
  readonly pseudonym: string;
  readonly requestedAt: Date;
}

/** The members of JSON objects that hold what is erased. */
export interface PersonalMembers {
  /** Holds the customer's id. An object without it is left as it is. */
  readonly customerId: string;
  /** Free texts of optional members, which are removed. */
  readonly removed: readonly string[];
  /** Free texts of required members, which become empty. */
  readonly emptied: readonly string[];
}

const STRING = '"(?:[^"\\\\]|\\\\.)*"';
const literally = (text: string) => text.replaceAll(/[^A-Za-z0-9]/g, '\\$&');
const alternatives = (members: readonly string[]) => `"(?:${members.map(literally).join('|')})"\\s*:\\s*`;

/** The id as JSON writes it between its quotes. */
export const idInJson = (customerId: string): string => JSON.stringify(customerId).slice(1, -1);

/**
 * JSON with the pseudonym instead of the customer's id, and without the free texts; all else stays byte for byte. It may be
 * cut off, or have something before it. A JSON that does not name the customer in the member is returned as it is.
 */
export function eraseInJson(json: string, erased: Erased, { customerId, removed, emptied }: PersonalMembers): string {
  const member = new RegExp(`(${alternatives([customerId])})"${literally(idInJson(erased.customerId))}"`, 'gs');
  const renamed = json.replaceAll(member, (_, name: string) => `${name}"${erased.pseudonym}"`);
  if (renamed === json) return json;
  return [removed, emptied].reduce((text, members, n) => {
    if (members.length === 0) return text;
    if (n === 1) return text.replaceAll(new RegExp(`(${alternatives(members)})${STRING}`, 'gs'), '$1""');
    const found = `${alternatives(members)}${STRING}`;
    return text.replaceAll(new RegExp(`,\\s*${found}|${found}\\s*,|${found}`, 'gs'), '');
  }, renamed);
}

/** A text with the pseudonym instead of the customer's id, where that is a word of its own. */
export function eraseInText(text: string, { customerId, pseudonym }: Erased): string {
  return text.replaceAll(
    new RegExp(`(?<![A-Za-z0-9_-])${literally(customerId)}(?![A-Za-z0-9_-])`, 'g'),
    () => pseudonym,
  );
}
