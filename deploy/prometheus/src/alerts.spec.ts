import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: Readonly<Record<string, string>>;
}

interface AlertTest {
  readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly unknown[] }[];
}

const ROOT = new URL('../../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, ROOT), 'utf8');
const rules = parse(read('deploy/prometheus/rules/alerts.yml')) as { groups: { rules: Alert[] }[] };
const alerts = rules.groups.flatMap((group) => group.rules);
const { tests } = parse(read('deploy/prometheus/alerts.test.yml')) as { tests: AlertTest[] };
const index = read('docs/runbooks/README.md');

const runbookOf = ({ annotations }: Alert) => annotations['runbook'] ?? '';
const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim();

describe.each(alerts)('the alert $alert', (alert) => {
  it('says who is to see to it and when, and what is wrong', () => {
    expect(['page', 'ticket']).toContain(alert.labels.severity);
    expect(alert.annotations['summary']).toMatch(/\w/);
  });

  it('links to its runbook, which has its expression', () => {
    const runbook = read(runbookOf(alert));
    expect(runbook).toMatch(new RegExp(`^# ${alert.alert}\n`));
    const [, shown = ''] = /```promql\n(.*?)```/s.exec(runbook) ?? [];
    expect(oneLine(shown)).toBe(oneLine(alert.expr));
    for (const part of ['## Look', '## Do']) expect(runbook).toContain(part);
  });

  it('stands in the list of runbooks', () => {
    const file = runbookOf(alert).split('/').at(-1);
    expect(index).toMatch(new RegExp(`\\[${alert.alert}\\]\\(${file}\\) +\\| ${alert.labels.severity} `));
  });

  it('has a test of its firing and of its silence', () => {
    const own = tests.flatMap((test) => test.alert_rule_test).filter(({ alertname }) => alertname === alert.alert);
    expect(own.map(({ exp_alerts }) => exp_alerts.length > 0)).toEqual([true, false]);
  });
});

describe('docs/runbooks', () => {
  it('has no page without an alert', () => {
    const pages = readdirSync(new URL('docs/runbooks/', ROOT)).filter((file) => file !== 'README.md');
    expect(pages.map((page) => `docs/runbooks/${page}`).sort()).toEqual(alerts.map(runbookOf).sort());
  });
});
