// Instants as a workbook has them: dates it can sort and group by, on the clock of the zone asked for. A spreadsheet knows no zones,
// so each is shown with its offset by the format of its cell, and the hour that comes twice stays told apart.

const DAY_MS = 86_400_000
/** 1970-01-01, as days are numbered there. */
const EPOCH_DAY = 25_569

const INSTANT = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}:\d{2})$/

export type WorkbookTimes = {
  /** The day with its fraction, and the number of its style; undefined of what is no instant. */
  readonly cellOf: (instant: string) => { readonly value: string; readonly style: number } | undefined
  /** The styles given out so far: style 0 is for all else. */
  readonly styles: () => string
}

export function workbookTimes(xmlns: string): WorkbookTimes {
  const offsets: string[] = []
  return {
    cellOf: (instant) => {
      const [, local, offset] = INSTANT.exec(instant) ?? []
      if (local === undefined || offset === undefined) return undefined
      if (!offsets.includes(offset)) offsets.push(offset)
      const day = Date.parse(`${local}Z`) / DAY_MS + EPOCH_DAY
      // All digits there are: LibreOffice cuts seconds off, and of a day rounded down shows the second before.
      return { value: String(day), style: offsets.indexOf(offset) + 1 }
    },
    styles: () => stylesOf(xmlns, offsets),
  }
}

/** Numbers of formats of one's own begin at 164. */
const FIRST_FORMAT = 164

function stylesOf(xmlns: string, offsets: readonly string[]): string {
  const formats = offsets.map(
    (offset, i) =>
      `<numFmt numFmtId="${FIRST_FORMAT + i}" formatCode="yyyy-mm-dd hh:mm:ss&quot; ${offset === 'Z' ? 'UTC' : offset}&quot;"/>`,
  )
  const cells = offsets.map(
    (_, i) => `<xf numFmtId="${FIRST_FORMAT + i}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`,
  )
  const known = formats.length > 0 ? `<numFmts count="${formats.length}">${formats.join('')}</numFmts>` : ''
  return `<styleSheet xmlns="${xmlns}">${known}<fonts count="1"><font/></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="${cells.length + 1}"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>${cells.join('')}</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
}
