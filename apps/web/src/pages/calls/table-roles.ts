// What the parts of a list of calls are, said to readers of screens: laid out otherwise than as a table, they are not one to
// every browser.

export const TABLE = { role: 'table' } as const
export const ROW_GROUP = { role: 'rowgroup' } as const
export const ROW = { role: 'row' } as const
export const HEAD = { role: 'columnheader' } as const
export const CELL = { role: 'cell' } as const
