import type { Problem } from '@orderflow/client';
import { type Answer, Client, NoAnswer } from '../../load/client.ts';
import type { Replica } from '../system/replica.ts';
import { type Role, type Tokens } from './tokens.ts';

/** A response that a client with a good token must not get. */
export interface Refusal {
  /** In ms since the epoch. */
  at: number;
  replica: string;
  status: number;
  detail: string;
  request: string;
}

/** Gives a client that makes its requests as somebody. */
export type As = (role: Role, customerId?: string) => Client;

const MOST_REFUSALS = 1_000;
const KEEP_MS = 5_000;
/** What a service says that has not got the issuer's keys. */
const WITHOUT_KEYS = /keys of the issuer/;

/** Who may do what: the tokens of callers, and what the services made of them. */
export class Access {
  replicas: Replica[];
  tokens: Tokens;
  refusals: Refusal[] = [];
  /** By replica: since when its present process is known to have the keys of the issuer. */
  admitted: Map<string, { start: number; at: number }> = new Map();
  counts = { 'without keys': 0 };
  keeping: NodeJS.Timeout | undefined;

  constructor(replicas: Replica[], tokens: Tokens) {
    this.replicas = replicas;
    this.tokens = tokens;
  }

  /** Gets the tokens of all, so that none is missing when the issuer is away. */
  async open(customerIds: readonly string[]) {
    for (const customerId of customerIds) await this.tokens.of('customer', customerId);
    for (const role of ['staff', 'operator'] as const) await this.tokens.of(role);
    this.keeping = setInterval(() => this.tokens.keep(), KEEP_MS);
  }

  close() {
    clearInterval(this.keeping);
  }

  /** @param client whose connections are used */
  as(client: Client): As {
    return (role, customerId) => new Caller(client, this, () => this.tokens.of(role, customerId));
  }

  /** Notes the answer to a request with a good token. */
  note(request: { text: string; replica: Replica; start: number; sentAt: number }, { status, body }: Answer) {
    const { text, replica, start, sentAt } = request;
    const { name, starts } = replica;
    const detail = String((body as Partial<Problem> | undefined)?.detail);
    const refusal = { at: Date.now(), replica: name, status, detail, request: text };
    if (status === 401 || status === 403) return this.refuse(refusal);
    const admitted = this.admitted.get(name);
    if (status === 503 && WITHOUT_KEYS.test(detail)) {
      this.counts['without keys'] += 1;
      if (admitted?.start === start && admitted.at < sentAt) this.refuse(refusal);
    } else if (status < 500 && start === starts && admitted?.start !== start) {
      this.admitted.set(name, { start, at: Date.now() });
    }
  }

  refuse(refusal: Refusal) {
    if (this.refusals.length < MOST_REFUSALS) this.refusals.push(refusal);
  }
}

/** Sends a token with each request, over the connections of another client. */
class Caller extends Client {
  access: Access;
  token: () => Promise<string>;

  constructor({ agent, answerTimeoutMs }: Client, access: Access, token: () => Promise<string>) {
    super(agent, { answerTimeoutMs });
    this.access = access;
    this.token = token;
  }

  /** @throws {NoAnswer} also if there is no token */
  override async request<Body>(...[method, url, options]: Parameters<Client['request']>): Promise<Answer<Body>> {
    const token = await this.token().catch((error: Error) => {
      throw new NoAnswer(error, false);
    });
    const replica = this.access.replicas.find((one) => url.startsWith(`${one.url}/`));
    const [start = 0, sentAt] = [replica?.starts, Date.now()];
    const headers = { ...options?.headers, authorization: `Bearer ${token}` };
    const answer = await super.request<Body>(method, url, { ...options, headers });
    if (replica) this.access.note({ text: `${method} ${url}`, replica, start, sentAt }, answer);
    return answer;
  }
}
