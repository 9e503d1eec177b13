/** `node --import skewed-clock.mjs`: the whole process has the time that CHAOS_CLOCK_SKEW_MS says, later or earlier than it is. */
const skewMs = Number(process.env.CHAOS_CLOCK_SKEW_MS);
const RealDate = Date;

globalThis.Date = class Date extends RealDate {
  /** @param {any[]} given */
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + skewMs);
    else super(.../** @type {[any]} */ (given));
  }

  static now() {
    return RealDate.now() + skewMs;
  }
};
