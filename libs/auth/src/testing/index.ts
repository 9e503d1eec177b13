export { type TestClaims, TestIssuer } from './test-issuer.js';
