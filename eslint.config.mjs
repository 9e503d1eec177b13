import { globalIgnores } from 'eslint/config';
import eslint from '@eslint/js';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** What may be imported by what (docs/explanation/architecture.md): events know no infrastructure, infrastructure knows no events; schemas know neither. */
const boundaries = [
  { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['type:events', 'type:infra', 'type:schema'] },
  { sourceTag: 'type:events', onlyDependOnLibsWithTags: ['type:events', 'type:schema'] },
  { sourceTag: 'type:infra', onlyDependOnLibsWithTags: ['type:infra', 'type:schema'] },
  { sourceTag: 'type:schema', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'type:client', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'type:e2e', onlyDependOnLibsWithTags: ['type:client', 'type:events'] },
  { sourceTag: 'type:testing', onlyDependOnLibsWithTags: ['type:client'] },
  { sourceTag: 'type:services', onlyDependOnLibsWithTags: ['type:app', 'type:events', 'type:infra', 'type:schema'] },
  { sourceTag: 'type:app', bannedExternalImports: ['kafkajs', 'kafkajs/*', 'pg'] },
  { sourceTag: 'type:events', bannedExternalImports: ['@nestjs/*', 'kafkajs', 'pg', 'fastify'] },
];

/**
 * A decision is a function of its arguments: no framework, no input or output, no clock, no randomness.
 * @type {import('eslint').Linter.RulesRecord}
 */
const purity = {
  'no-restricted-imports': [
    'error',
    {
      patterns: [
        {
          regex: '^(?!\\./|(\\.\\./)+([\\w-]+/)*domain/)',
          message: 'domain/ imports only files of a domain/: what it needs from outside is an argument',
        },
      ],
    },
  ],
  'no-restricted-globals': [
    'error',
    ...[
      'process',
      'performance',
      'crypto',
      'fetch',
      'setTimeout',
      'setInterval',
      'setImmediate',
      'console',
      'globalThis',
    ],
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: 'the time is an argument' },
    { object: 'Math', property: 'random', message: 'chance is an argument' },
  ],
  'no-restricted-syntax': [
    'error',
    { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'the time is an argument' },
    { selector: 'CallExpression[callee.name="Date"]', message: 'the time is an argument' },
    { selector: 'ImportExpression', message: 'domain/ imports only its own files' },
    { selector: 'AwaitExpression', message: 'a decision waits for nothing' },
  ],
};

/** Folders of the libs that have layers, from below to above: each imports only what stands before it (ADRs 0019, 0021). */
const layers = {
  http: ['problems', 'protocol', 'security', 'validation', 'paging', 'openapi', 'streams', 'app'],
  messaging: ['envelope', 'kafka', 'publish', 'parking', 'consume', 'operator'],
  observability: ['redaction', 'metrics', 'tracing', 'health', 'logging'],
  postgres: ['parameters', 'transactions', 'database', 'listen', 'tables', 'erasing', 'feed'],
};
/** @returns {import('eslint').Linter.Config[]} */
const layersOf = (/** @type {[string, string[]]} */ [lib, folders]) =>
  folders.slice(0, -1).map((folder, n) => ({
    files: [`libs/${lib}/src/${folder}/**/*.ts`],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^(\\.\\./)+(${folders.slice(n + 1).join('|')})/`,
              message: `${folder}/ imports only what stands before it: ${folders.slice(0, n).join(', ') || 'nothing of this lib'}`,
            },
          ],
        },
      ],
    },
  }));
const layering = Object.entries(layers).flatMap(layersOf);

export default tseslint.config(
  globalIgnores(['**/dist', '**/generated', '**/node_modules', '.nx', '.orderflow']),
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strict],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { experimentalDecorators: true, emitDecoratorMetadata: true } },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: true,
          allow: [
            ...['../../tools/**', '../../../tools/**', '../../../../tools/**', '../../../../../tools/**'],
            ...[
              '../../testing/**',
              '../../deploy/**',
              '../../../deploy/**',
              '../../../../deploy/**',
              '../../../../../deploy/**',
            ],
            ...[
              '../../../../testing/**',
              '../load/**',
              '../../load/**',
              '../kafka/**',
              '../../kafka/**',
              '../receivers/**',
              '../../receivers/**',
              '../overhead/**',
              '../../overhead/**',
              '../../../load/**',
              '../../../overhead/**',
              '../../../testing/**',
            ],
          ],
          depConstraints: boundaries,
        },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-extraneous-class': ['error', { allowEmpty: true, allowWithDecorator: true }],
      '@typescript-eslint/no-invalid-void-type': 'off', // GroupCommit<Item, void> says that there is no result
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'no-console': 'error',
    },
  },
  {
    files: ['apps/*/src/**/*.ts'],
    ignores: ['apps/e2e/**'],
    rules: {
      'no-restricted-globals': ['error', { name: 'process', message: 'libs/service reads the environment, once' }],
    },
  },
  // what a person reads: the output of a command
  { files: ['testing/*/main.ts'], rules: { 'no-console': 'off' } },
  { files: ['**/domain/*.ts'], ignores: ['**/*.spec.ts'], rules: purity },
  ...layering,
  {
    files: ['**/*.mjs', '**/*.js'],
    rules: {
      'no-unused-vars': ['error', { ignoreRestSiblings: true, varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
    },
    languageOptions: {
      globals: {
        AbortController: 'readonly',
        AbortSignal: 'readonly',
        Buffer: 'readonly',
        clearInterval: 'readonly',
        clearTimeout: 'readonly',
        console: 'readonly',
        fetch: 'readonly',
        performance: 'readonly',
        process: 'readonly',
        setImmediate: 'readonly',
        setInterval: 'readonly',
        setTimeout: 'readonly',
        URL: 'readonly',
        URLSearchParams: 'readonly',
      },
    },
  },
);
