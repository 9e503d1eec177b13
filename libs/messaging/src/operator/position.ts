/** A position: a bigint that increases with each row. */
export const POSITION = /^[0-9]{1,18}$/;
