import preset from '../../jest.preset.js';

export default { ...preset, testSequencer: '<rootDir>/longest-first.mjs' };
