import { describe, expect, it } from '@jest/globals';
import { removeLibpqVariables } from './libpq-variables.js';
import { InvalidConfiguration } from './load-config.js';

describe('removeLibpqVariables', () => {
  it('leaves nothing that pg would read beside the configuration', () => {
    const environment = { PGUSER: 'me', PGPASSWORD: 'x', PGOPTIONS: '-c a=b', PGSSLMODE: '', PG_HOST: 'a', PORT: '1' };
    removeLibpqVariables(environment);
    expect(environment).toEqual({ PG_HOST: 'a', PORT: '1' });
  });

  it('refuses a mode of TLS in one line, which says what to set instead', () => {
    const remove = () => removeLibpqVariables({ PGSSLMODE: 'require' });
    expect(remove).toThrow(InvalidConfiguration);
    expect(remove).toThrow(/^[^\n]*PGSSLMODE[^\n]*DATABASE_SSL_CA[^\n]*$/);
  });
});
