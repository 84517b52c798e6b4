// What every kind of export is made from: named columns and pages of rows.

export type Cell = string | number | null

/** `number`: amounts and counts, which a workbook keeps as numbers; everything else is text, whatever it looks like. */
export type Column = { readonly name: string; readonly kind: 'text' | 'number' }

export type Table = {
  readonly columns: readonly Column[]
  /** Rows of cells in the order of the columns, a page at a time, taken only as fast as they are sent. */
  readonly pages: AsyncIterable<readonly (readonly Cell[])[]>
}
