import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { authorizationOf } from './given-token.mjs';
import { temporaryFolder } from './temporary-folder.mjs';

it('a token comes from a variable, or from the file that another one names', () => {
  const file = join(temporaryFolder(), 'token');
  writeFileSync(file, 'of-file\n');
  expect(authorizationOf({})).toEqual({});
  expect(authorizationOf({ ORDERFLOW_TOKEN_FILE: file })).toEqual({ authorization: 'Bearer of-file' });
  expect(authorizationOf({ ORDERFLOW_TOKEN: 'of-variable', ORDERFLOW_TOKEN_FILE: file })).toEqual({
    authorization: 'Bearer of-variable',
  });
  expect(() => authorizationOf({ ORDERFLOW_TOKEN_FILE: `${file}-x` })).toThrow('cannot be read (ENOENT)');
});
