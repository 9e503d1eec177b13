import { createWriteStream } from 'node:fs';

/** What no log may hold: Node's warnings, and errors that nobody caught. */
const SUSPICIOUS = /\(node:\d+\)|Warning:|[Uu]nhandled ?(Promise)?[Rr]ejection|[Uu]ncaught/;

/** Keeps each line that the services write in a file per process, with the time, and remembers suspicious ones. */
export class Log {
  /** @param {string} folder */
  constructor(folder) {
    this.folder = folder;
    /** @type {{ process: string, line: string }[]} */
    this.suspicious = [];
    /** @type {Map<string, import('node:fs').WriteStream>} */
    this.files = new Map();
  }

  /** @param {string} process */
  of(process) {
    const file = createWriteStream(`${this.folder}/${process}.log`, { flags: 'a' });
    this.files.set(process, file);
    return (/** @type {string} */ line) => {
      file.write(`${new Date().toISOString()} ${process} ${line}\n`);
      if (SUSPICIOUS.test(line)) this.suspicious.push({ process, line });
    };
  }

  async close() {
    await Promise.all([...this.files.values()].map((file) => new Promise((resolve) => file.end(resolve))));
  }
}
