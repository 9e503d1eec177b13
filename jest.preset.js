import { fileURLToPath } from 'node:url';

const fileOf = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

/** What every project's tests share: native ESM, TypeScript compiled by swc, libs read from their sources. */
export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@orderflow/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
        },
        module: { type: 'nodenext' },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // class-validator's ESM build imports this one's JSON without an attribute, at which Jest prints a page; its CJS build doesn't.
    '^libphonenumber-js/max$': fileOf('node_modules/libphonenumber-js/max/index.cjs'),
  },
  testMatch: ['**/*.spec.ts'], // Jest's own patterns would run tools/test/test.mjs as a test
  setupFilesAfterEnv: [fileOf('tools/test/own-log.mjs')],
  reporters: ['default', fileOf('tools/test/suite-reporter.mjs')],
  transformIgnorePatterns: ['/node_modules/'],
};
