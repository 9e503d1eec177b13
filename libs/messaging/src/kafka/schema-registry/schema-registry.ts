/** A JSON Schema and the registry's subject for its versions. */
export interface SubjectSchema {
  readonly subject: string;
  readonly schema: object;
}

export interface SchemaRegistryOptions {
  /** `https://user:password@host/path`. Called for each request, so that a renewed password on disk is used. */
  readonly url: () => string;
  /** Whether to register a schema that the registry does not have; otherwise it must exist. */
  readonly autoRegister: boolean;
}

/** The registry refuses a schema until an operator fixes the cause, which the message gives without secrets. */
export class SchemaRefused extends Error {
  override readonly name = 'SchemaRefused';
}

const TIMEOUT_MS = 5_000;
const BUSY = [408, 425, 429];

interface Answer {
  readonly status: number;
  readonly id?: number;
  readonly message?: string;
}

/**
 * The id of a schema, by the API of Confluent's schema registry. Looks the schema up first, and registers it only if needed.
 * @throws {SchemaRefused} if a retry is useless; after any other error a retry may work
 */
export async function schemaIdOf(
  { subject, schema }: SubjectSchema,
  { url, autoRegister }: SchemaRegistryOptions,
): Promise<number> {
  const path = `subjects/${encodeURIComponent(subject)}`;
  // Normalized: the same schema may have been registered with other white space or another order of keywords.
  const ask = (resource: string) =>
    post(url(), `${resource}?normalize=true`, { schemaType: 'JSON', schema: JSON.stringify(schema) });
  let answer = await ask(path);
  if (answer.status === 404 && autoRegister) answer = await ask(`${path}/versions`);
  // Some registries respond like this while another replica registers the same schema.
  if (answer.status === 409) answer = { ...answer, id: (await ask(path)).id };
  if (answer.id !== undefined) return answer.id;
  if (mayWorkLater(answer)) throw new Error(`the schema registry answers ${answer.status}`);
  const reason = reasonOf(answer, subject, autoRegister);
  throw new SchemaRefused(`${reason} (${answer.status}: ${answer.message ?? 'no JSON of a registry'})`);
}

async function post(registry: string, path: string, body: object): Promise<Answer> {
  const { origin, pathname, username, password } = new URL(registry);
  const credentials = [username, password].map(decodeURIComponent).join(':');
  const headers = {
    'content-type': 'application/vnd.schemaregistry.v1+json',
    ...(username && { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }),
  };
  const target = `${origin}${pathname.replace(/\/$/, '')}/${path}`;
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(target, { method: 'POST', headers, body: JSON.stringify(body), signal });
    return { ...((await response.json().catch(() => undefined)) as object | undefined), status: response.status };
  } catch (error) {
    const { cause, message } = error as Error;
    throw new Error(
      `the schema registry at ${origin} does not answer: ${(cause as Error | undefined)?.message ?? message}`,
      { cause: error },
    );
  }
}

function mayWorkLater({ status }: Answer): boolean {
  return status >= 500 || BUSY.includes(status);
}

function reasonOf({ status }: Answer, subject: string, autoRegister: boolean): string {
  if (status === 401 || status === 403) return 'the schema registry refuses the user: check SCHEMA_REGISTRY_URL';
  if (status === 409) return `the schema registry refuses ${subject} as incompatible with what is there`;
  if (status === 404 && !autoRegister)
    return `the schema registry does not know this schema of ${subject}: register it, or set SCHEMA_REGISTRY_AUTO_REGISTER`;
  return `the schema registry does not take ${subject}: check SCHEMA_REGISTRY_URL`;
}
