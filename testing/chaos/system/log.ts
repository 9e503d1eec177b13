import { createWriteStream, type WriteStream } from 'node:fs';

/** Lines that no log may contain: Node's warnings and uncaught errors. */
const SUSPICIOUS = /\(node:\d+\)|Warning:|[Uu]nhandled ?(Promise)?[Rr]ejection|[Uu]ncaught/;

/** Keeps each line that the services write in a file per process, with the time, and remembers suspicious ones. */
export class Log {
  folder: string;
  suspicious: { process: string; line: string }[] = [];
  files: Map<string, WriteStream> = new Map();

  constructor(folder: string) {
    this.folder = folder;
  }

  of(process: string) {
    const file = createWriteStream(`${this.folder}/${process}.log`, { flags: 'a' });
    this.files.set(process, file);
    return (line: string) => {
      file.write(`${new Date().toISOString()} ${process} ${line}\n`);
      if (SUSPICIOUS.test(line)) this.suspicious.push({ process, line });
    };
  }

  async close() {
    await Promise.all([...this.files.values()].map((file) => new Promise((resolve) => file.end(resolve))));
  }
}
