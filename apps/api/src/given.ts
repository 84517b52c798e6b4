// The bridge between validated input, where an absent field is `undefined`, and rooms, for which it must not be there.

/** Without the fields that were not given: for the rooms absent means "leave". */
export function given<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, v]) => v !== undefined)) as never
}
