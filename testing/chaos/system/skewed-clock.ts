/** `node --import skewed-clock.ts`: the whole process has the time that CHAOS_CLOCK_SKEW_MS says, later or earlier than it is. */
const skewMs = Number(process.env.CHAOS_CLOCK_SKEW_MS);

/** No other use of `Date` depends on the current time. */
globalThis.Date = new Proxy(Date, {
  construct: (real, given, self) =>
    Reflect.construct(real, given.length === 0 ? [real.now() + skewMs] : given, self) as Date,
  get: (real, name, self) => (name === 'now' ? () => real.now() + skewMs : (Reflect.get(real, name, self) as unknown)),
});
