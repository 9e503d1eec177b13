/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'circle', severity: 'error', from: {}, to: { circular: true } },
    // a circle through a file that is not found would go unnoticed
    { name: 'not-found', severity: 'error', from: {}, to: { couldNotResolve: true, path: '^(\\.|@orderflow/)' } },
  ],
  options: {
    exclude: '(^|/)(node_modules|dist)/',
    // imports that only types need, in TypeScript and in JSDoc
    tsPreCompilationDeps: true,
    detectJSDocImports: true,
    // the libs' sources, as in tsconfig.base.json
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['@orderflow/source', 'import', 'node'] },
  },
};
