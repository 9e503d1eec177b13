import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';

const HOW_TO = readFileSync(new URL('../how-to/receive-webhooks.md', import.meta.url), 'utf8');
const [OLD, SECRET] = ['whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] as const;
const ID = '01a2e0c5-7b52-7c3a-9d10-5a1f6f0c2b11';
const BODY = '{"type":"ORDER_CREATED","data":{"subject":"Grüße 😀"}}';

interface Case {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request that was signed so long ago. */
function signed(secrets: readonly string[], ageSeconds = 0): Case {
  const at = new Date(Date.now() - ageSeconds * 1_000);
  const headers = {
    'webhook-id': ID,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(ID, at, BODY)).join(' '),
  };
  return { headers, body: BODY };
}

const authentic = signed([SECRET]);
const changed = (headers: Record<string, string>) => ({ ...authentic, headers: { ...authentic.headers, ...headers } });
const CASES: readonly (readonly [string, boolean, Case])[] = [
  ['a request', true, authentic],
  ['two signatures, the second by its secret', true, signed([OLD, SECRET])],
  ['a signature by another secret', false, signed([OLD])],
  ['another body', false, { ...authentic, body: BODY.replace('CREATED', 'CANCELLED') }],
  ['another id', false, changed({ 'webhook-id': 'other' })],
  ['another time', false, changed({ 'webhook-timestamp': signed([], 60).headers['webhook-timestamp'] ?? '' })],
  ['an old time', false, signed([SECRET], 600)],
  ['a future time', false, signed([SECRET], -600)],
  ['no time', false, changed({ 'webhook-timestamp': 'now' })],
  ['another version', false, changed({ 'webhook-signature': `v2${authentic.headers['webhook-signature']?.slice(2)}` })],
  ['an empty signature', false, changed({ 'webhook-signature': 'v1,' })],
  ['no signature', false, { ...authentic, headers: {} }],
];

interface Language {
  readonly fence: string;
  /** Files beside the snippet that reads the cases from its input and prints a list of results. */
  readonly snippetFile: string;
  readonly files: Readonly<Record<string, string>>;
  readonly command: readonly [string, ...string[]];
  /** What shows that the language is there. */
  readonly version: readonly string[];
}

const LANGUAGES: Readonly<Record<string, Language>> = {
  Node: {
    fence: 'js',
    snippetFile: 'verify.mjs',
    files: {
      'main.mjs': `import { readFileSync } from 'node:fs';
import { isAuthentic } from './verify.mjs';
const { secret, cases } = JSON.parse(readFileSync(0, 'utf8'));
console.log(JSON.stringify(cases.map(({ headers, body }) => isAuthentic(secret, headers, Buffer.from(body)))));`,
    },
    command: [process.execPath, 'main.mjs'],
    version: ['--version'],
  },
  Python: {
    fence: 'python',
    snippetFile: 'verify.py',
    files: {
      'main.py': `import json, sys
from verify import is_authentic
given = json.load(sys.stdin)
print(json.dumps([is_authentic(given["secret"], case["headers"], case["body"].encode()) for case in given["cases"]]))`,
    },
    command: ['python3', 'main.py'],
    version: ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))'],
  },
  Go: {
    fence: 'go',
    snippetFile: 'verify.go',
    files: {
      'main.go': `package main

import (
	"encoding/json"
	"os"
)

func main() {
	var given struct {
		Secret string
		Cases  []struct {
			Headers map[string]string
			Body    string
		}
	}
	if err := json.NewDecoder(os.Stdin).Decode(&given); err != nil {
		panic(err)
	}
	results := []bool{}
	for _, each := range given.Cases {
		header := func(name string) string { return each.Headers[name] }
		results = append(results, IsAuthentic(given.Secret, header, []byte(each.Body)))
	}
	json.NewEncoder(os.Stdout).Encode(results)
}`,
    },
    command: ['go', 'run', 'verify.go', 'main.go'],
    version: ['version'],
  },
};

describe.each(Object.entries(LANGUAGES))('docs/how-to/receive-webhooks.md, in %s,', (name, language) => {
  const { fence, snippetFile, files, command, version } = language;
  const [program, ...args] = command;
  const isMissing = spawnSync(program, version, { env: process.env }).status !== 0;
  let folder: string;
  let results: boolean[];

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'webhook-'));
    const [, snippet = ''] = new RegExp(`^\`\`\`${fence}\\n([^]*?)^\`\`\``, 'm').exec(HOW_TO) ?? [];
    for (const [file, text] of Object.entries({ ...files, [snippetFile]: snippet }))
      writeFileSync(path.join(folder, file), text);
    if (isMissing) return;
    const input = JSON.stringify({ secret: SECRET, cases: CASES.map(([, , each]) => each) });
    const { stdout, stderr } = spawnSync(program, args, { cwd: folder, input, encoding: 'utf8' });
    results = stdout ? (JSON.parse(stdout) as boolean[]) : [];
    if (results.length === 0) throw new Error(stderr);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  const test = isMissing ? it.skip : it;
  const why = isMissing ? ` (skipped: this machine has no ${name})` : '';
  test.each(CASES.map(([what, expected], n) => [expected ? 'accepts' : 'refuses', what, expected, n] as const))(
    `%s %s${why}`,
    (_, __, expected, n) => {
      expect(results[n]).toBe(expected);
    },
  );
});
