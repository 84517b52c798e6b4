// How fast the reader turns bytes into rows, on one core, all fields built. Prints one JSON line.
// Measured on a 2-core virtual machine, Node 26: see the README of this package.

import { CDR_FORMATS } from '../src/cdr-format.ts'
import { cdrReader } from '../src/cdr-reader.ts'

const ROWS = 1_000_000
const CHUNK = 256 * 1024

const block = Buffer.from(Array.from({ length: 1000 }, (_, i) => row(i)).join(''))
const reader = cdrReader(CDR_FORMATS.find((f) => f.name === 'cdr_csv-21')!)
let rows = 0
let rejects = 0
let seconds = 0
let bytes = 0
const started = process.hrtime.bigint()
for (let n = 0; n < ROWS; n += 1000) {
  for (let at = 0; at < block.length; at += CHUNK) count(reader.push(block.subarray(at, at + CHUNK)))
  bytes += block.length
}
count(reader.end())
const elapsed = Number(process.hrtime.bigint() - started) / 1e9
console.log(
  JSON.stringify({
    rows,
    rejects,
    seconds: Number(elapsed.toFixed(3)),
    rows_per_second: Math.round(rows / elapsed),
    mb_per_second: Math.round(bytes / elapsed / 1e6),
    check: seconds,
  }),
)

function count(items: ReturnType<typeof reader.push>): void {
  for (const item of items) {
    if (item.kind === 'reject') rejects++
    else {
      rows++
      seconds += item.row.billsec
    }
  }
}

function row(i: number): string {
  const epoch = 1_795_440_146 + i
  const clock = new Date(epoch * 1000).toISOString().slice(0, 19).replace('T', ' ')
  const answered = i % 3 !== 0
  return (
    `"ACCT-${i % 40}","1555123${1000 + i}","0044207183${1000 + i}","from-internal","""Zo Keller"" <1555123${1000 + i}>",` +
    `"PJSIP/20${i % 10}-${i.toString(16).padStart(8, '0')}","PJSIP/northlink-${i.toString(16).padStart(8, '0')}",` +
    `"Dial","PJSIP/0044207183${1000 + i}@northlink,60,tT","${clock}",${answered ? `"${clock}"` : ''},"${clock}",` +
    `${i % 300},${answered ? i % 300 : 0},"${answered ? 'ANSWERED' : 'NO ANSWER'}","DOCUMENTATION",` +
    `"${epoch}.${i}","campaign=${i % 7}","","${epoch}.${i}",${i}\n`
  )
}
