// The line cdr_csv writes for a Cdr, with `newcdrcolumns=yes`: strings quoted, numbers and a missing answer bare.

/** Headers of the `Cdr` event → the line of Master.csv, with its line end. */
export function csvRow(headers: readonly (readonly [name: string, value: string])[]): string {
  const values = new Map(headers)
  const cells = COLUMNS.map(([name, bare]) => {
    const value = values.get(name) ?? ''
    if (bare || (name === 'AnswerTime' && value === '')) return value
    return `"${value.replaceAll('"', '""')}"`
  })
  return `${cells.join(',')}\n`
}

const COLUMNS: readonly (readonly [header: string, bare?: true])[] = [
  ['AccountCode'],
  ['Source'],
  ['Destination'],
  ['DestinationContext'],
  ['CallerID'],
  ['Channel'],
  ['DestinationChannel'],
  ['LastApplication'],
  ['LastData'],
  ['StartTime'],
  ['AnswerTime'],
  ['EndTime'],
  ['Duration', true],
  ['BillableSeconds', true],
  ['Disposition'],
  ['AMAFlags'],
  ['UniqueID'],
  ['UserField'],
  ['PeerAccount'],
  ['LinkedID'],
  ['Sequence', true],
]
