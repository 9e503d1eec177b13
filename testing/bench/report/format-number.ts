const DIGITS = 3;
const LARGE = 100;

/** @returns three digits at least, thousands with a comma */
export const formatNumber = (value: number): string =>
  value >= LARGE ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(DIGITS)));
