/** Loaded before a service, it disables the service's instruments. The product itself has no such switch. */
import { createRequire } from 'node:module';

/** What it touches of the metrics library. */
interface Library {
  Counter: Instrument;
  Gauge: Instrument;
  Histogram: Instrument;
  collectDefaultMetrics: () => void;
}

type Instrument = new (configuration: unknown) => object;

const library = createRequire(`${process.cwd()}/`)('prom-client') as Library;
const nothing = () => undefined;

const silenced = (Real: Instrument): Instrument =>
  new Proxy(Real, {
    construct: (real, given, self) => {
      const instrument = Reflect.construct(real, given, self) as object;
      return Object.assign(instrument, {
        ...{ inc: nothing, dec: nothing, set: nothing, observe: nothing },
        labels: () => instrument,
        startTimer: () => () => 0,
      });
    },
  });

for (const name of ['Counter', 'Gauge', 'Histogram'] as const) library[name] = silenced(library[name]);
library.collectDefaultMetrics = nothing;
