import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../stack/paths.mjs';
import { freePort } from '../stack/ports.mjs';
import { startGroup } from '../stack/process-group.mjs';

export const RULES = path.join(root, 'deploy/prometheus/rules/*.yml');

/**
 * Starts a Prometheus with the rules of deploy/prometheus that looks every second.
 * @param {{ prometheus: string, folder: string, targets: Record<string, string>, onLine?: (line: string) => void }} options
 * `targets`: a job's name and its `host:port`
 */
export async function startPrometheus({ prometheus, folder, targets, onLine = () => {} }) {
  const port = await freePort();
  const file = path.join(folder, 'prometheus.yml');
  const jobs = Object.entries(targets).map(([job, target]) => ({
    job_name: job,
    static_configs: [{ targets: [target] }],
  }));
  const settings = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [RULES],
    scrape_configs: jobs,
  };
  await writeFile(file, JSON.stringify(settings)); // YAML as well
  const args = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${path.join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const group = startGroup(prometheus, args, { name: 'prometheus', output: { line: onLine } });
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    /**
     * @param {string} expr
     * @returns {Promise<number[]>} the values of its series at this moment
     * @throws where it is no PromQL, or nobody answers
     */
    async query(expr) {
      const response = await fetch(`${url}/api/v1/query`, {
        method: 'POST',
        body: new URLSearchParams({ query: expr }),
      });
      /** @type {{ data: { result: { value: [number, string] }[] }, error?: string }} */
      const { data, error } = JSON.parse(await response.text());
      if (error) throw new Error(`${error}: ${expr}`);
      return data.result.map(({ value }) => Number(value[1]));
    },
    stop: () => group.stop(),
  };
}
