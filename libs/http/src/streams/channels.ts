/** The values that some members of a change must have. */
export type ChangeFilter<Change> = { readonly [Member in keyof Change]?: Change[Member] | undefined };

/** All streams with the same filter are one channel. */
export function channelOf<Change>(filter: ChangeFilter<Change>, members: readonly (keyof Change)[]): string {
  return JSON.stringify(members.map((member) => filter[member] ?? null));
}

/** The channels whose filters a change satisfies, each once, whether they have streams or not. */
export function channelsOf<Change>(change: Change, members: readonly (keyof Change)[]): string[] {
  const filters = members.reduce<ChangeFilter<Change>[]>(
    (some, member) =>
      some.flatMap((filter) =>
        change[member] === undefined ? [filter] : [filter, { ...filter, [member]: change[member] }],
      ),
    [{}],
  );
  return filters.map((filter) => channelOf(filter, members));
}
