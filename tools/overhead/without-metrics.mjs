/** Loaded before a service: its instruments do nothing. The product knows no such switch. */
import { createRequire } from 'node:module';

const library = createRequire(`${process.cwd()}/`)('prom-client');

const silenced = (Instrument) =>
  class extends Instrument {
    constructor(...args) {
      super(...args);
      for (const method of ['inc', 'dec', 'set', 'observe']) this[method] = () => {};
      this.labels = () => this;
      this.startTimer = () => () => 0;
    }
  };

for (const name of ['Counter', 'Gauge', 'Histogram']) library[name] = silenced(library[name]);
library.collectDefaultMetrics = () => {};
