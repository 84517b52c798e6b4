// Files made in the browser: the figures of a chart as CSV, the drawing as PNG. Nothing is asked of the server for it.

export type Cell = string | number | null

/** RFC 4180, with a leading sign of a formula defused: a label may come from a switch somebody else named. */
export function csvText(rows: readonly (readonly Cell[])[]): string {
  return `${rows.map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`
}

export function saveText(text: string, name: string): void {
  // With a mark of UTF-8: without it Excel reads Chinese as Latin-1.
  save(new Blob(['\ufeff', text], { type: 'text/csv;charset=utf-8' }), name)
}

/** The canvas as it is drawn now, on the paper of the page: the canvas itself has no ground. */
export function savePng(drawn: HTMLCanvasElement | null, name: string): void {
  if (!drawn) return
  const copy = document.createElement('canvas')
  copy.width = drawn.width
  copy.height = drawn.height
  const context = copy.getContext('2d')
  if (!context) return
  context.fillStyle = getComputedStyle(document.querySelector('main') ?? document.body).backgroundColor
  context.fillRect(0, 0, copy.width, copy.height)
  context.drawImage(drawn, 0, 0)
  copy.toBlob((blob) => blob && save(blob, name), 'image/png')
}

function csvCell(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const safe = /^[=+@\t\r]|^-(?![\d.]+$)/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function save(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
