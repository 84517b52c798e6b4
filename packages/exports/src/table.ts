// What every kind of export is made from: named columns and pages of rows.

export type Cell = string | number | null

/**
 * Whole numbers, amounts of money (decimal text) and other numbers stay numbers where a kind of file knows them; all else is
 * text, whatever it looks like. An instant is text with its offset, and a date in a workbook.
 */
export type Kind = 'text' | 'instant' | 'whole' | 'money' | 'number'
export type Column = { readonly name: string; readonly kind: Kind }

export type Table = {
  readonly columns: readonly Column[]
  /** Rows of cells in the order of the columns, a page at a time, taken only as fast as they are sent. */
  readonly pages: AsyncIterable<readonly (readonly Cell[])[]>
}
