// How fast the sample writes itself, a million lines. Measured on a 2-core virtual machine, Node 26: 300,000 lines a
// second; the aim is 200,000. The baseline is hashing as many such lines.

import { createHash } from 'node:crypto'
import { sampleCdrLines } from '../src/cdr-lines.ts'

const options = { endMs: Date.parse('2026-11-23T14:00:00Z'), seed: 1, zone: 'Europe/Dublin', scale: 20 }

let lines = 0
let bytes = 0
const kept: string[] = []
const started = process.hrtime.bigint()
for (const line of sampleCdrLines(options)) {
  lines++
  bytes += line.length + 1
  if (lines % 100 === 0) kept.push(line)
}
const seconds = Number(process.hrtime.bigint() - started) / 1e9
const hash = createHash('sha256')
const hashing = process.hrtime.bigint()
for (let i = 0; i < 100; i++) for (const line of kept) hash.update(line)
const baseline = Number(process.hrtime.bigint() - hashing) / 1e9
console.log(
  JSON.stringify({
    lines,
    megabytes: Math.round(bytes / 1e6),
    seconds: Number(seconds.toFixed(3)),
    lines_per_second: Math.round(lines / seconds),
    baseline_hash_seconds: Number(baseline.toFixed(3)),
    peak_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
)
