/** Whether a text can be a position: a bigint that increases with each row. */
export const isPosition = (text: string): boolean => /^\d{1,18}$/.test(text);
