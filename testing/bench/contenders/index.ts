import type { Contender } from './contender.ts';
import { floor } from './floor/floor.ts';
import { ours } from './ours/ours.ts';
import { oursWithTokens } from './ours/ours-with-tokens.ts';
import { stockNest } from './stock-nest/stock-nest.ts';
import { textbook } from './textbook/textbook.ts';

/** The first is what the others are compared with. */
export const CONTENDERS: Contender[] = [ours, floor, stockNest, textbook];

/** What access tokens cost. */
export const AUTH_CONTENDERS: Contender[] = [ours, oursWithTokens];
