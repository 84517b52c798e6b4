// The rows that went wrong: what a full disk, a crash or a careless editor leaves in a Master.csv.
// Each is a good row spoiled in one way; every reader has to set all of them aside and keep the rest.

/** Spoils one good row. `n` chooses how; the ways repeat. */
export function spoil(line: string, n: number): string {
  return SPOILERS[n % SPOILERS.length]!(line)
}

const SPOILERS: readonly ((line: string) => string)[] = [
  halfLine,
  missingColumns,
  endBeforeStart,
  garbageDate,
  notANumber,
  strangeLine,
]

/** How many bad rows a sample holds: each kind twice. */
export const BAD_ROWS = SPOILERS.length * 2

/** The PBX was killed while writing. */
function halfLine(line: string): string {
  return line.slice(0, line.indexOf('","', line.length >> 2) + 2)
}

/** Written by a PBX with other settings, or trimmed in a spreadsheet. */
function missingColumns(line: string): string {
  return line.replace(/,"DOCUMENTATION",.*$/, '')
}

/** The clock was set back during the call. */
function endBeforeStart(line: string): string {
  return line.replace(TIMES, (_all, day: string, start: string, answer: string) => {
    return `"${day} ${start}",${answer},"2001-01-01 00:00:00"`
  })
}

function garbageDate(line: string): string {
  return line.replace(TIMES, (_all, _day: string, _start: string, answer: string) => {
    return `"0000-13-45 99:61:00",${answer},"0000-13-45 99:61:30"`
  })
}

function notANumber(line: string): string {
  return line.replace(/,\d+,\d+,"([A-Z ]+)",/, ',many,?,"$1",')
}

/** A message of the system that a redirected log mixed in. */
function strangeLine(line: string): string {
  const at = TIMES.exec(line)
  return `backup: ${at?.[1] ?? ''} ${at?.[2] ?? ''}: no space left on device, copy of cdr-csv is incomplete`
}

/** start, answer (may be empty), end. */
const TIMES = /"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)",("[^"]*"|),"[^"]*"/
