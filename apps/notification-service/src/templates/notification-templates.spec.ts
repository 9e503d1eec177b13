import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { NotificationTemplates } from './notification-templates.js';

const TEMPLATES = fileURLToPath(new URL('../../templates', import.meta.url));

/** Why templates that were changed are not accepted. */
function reasonAfter(change: (folder: string) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'templates-'));
  try {
    cpSync(TEMPLATES, folder, { recursive: true });
    change(folder);
    new NotificationTemplates(pathToFileURL(`${folder}/`));
  } catch (error) {
    return (error as Error).message;
  } finally {
    rmSync(folder, { recursive: true });
  }
  return '';
}

describe('NotificationTemplates', () => {
  it('accepts what is in templates/', () => {
    expect(reasonAfter(() => undefined)).toBe('');
  });

  it.each(['de/order-created.txt.liquid', 'en/order-cancelled.html.liquid'])('names %s if it is missing', (file) => {
    expect(reasonAfter((folder) => rmSync(join(folder, file)))).toMatch(new RegExp(`^The template ${file} .*ENOENT`));
  });

  it.each(['layouts/email', 'partials/items'])('does not start without %s', (file) => {
    const reason = reasonAfter((folder) => rmSync(join(folder, `${file}.html.liquid`)));
    expect(reason).toContain(file);
    expect(reason).not.toContain('\n');
  });

  it.each([
    ['a tag that is not closed', '{% if reason %}'],
    ['a name that is not known', '{{ orderID }}'],
    ['a filter that is not known', '{{ orderId | shout }}'],
  ])('names a template that has %s', (_, text) => {
    const file = 'de/order-fulfilled.txt.liquid';
    const reason = reasonAfter((folder) => appendFileSync(join(folder, file), text));
    expect(reason).toMatch(/^The template de\/order-fulfilled\.txt\.liquid is missing or broken: [^\n]+$/);
  });

  it('names a template without a subject', () => {
    const file = 'en/order-created.txt.liquid';
    expect(reasonAfter((folder) => writeFileSync(join(folder, file), 'Thank you.\n'))).toContain('needs a subject');
  });
});
