// The recorded files of every format, with the format each is read by: what rows are fuzzed from.

import { recorded } from '@tollbook/testkit'
import { sniffRecords } from '../sniff-records.ts'
import type { FuzzedFile } from './fuzz-rows.ts'

const CUSTOM = 'uniqueid,linkedid,sequence,start,answer,end,duration,billsec,disposition,carrier,userfield'

export function recordedFiles(): FuzzedFile[] {
  const paths = ['Master.csv', 'Cel.csv', 'queue_log', 'Custom.csv', 'scenarios/newline.master.csv'].map(
    (name) => `asterisk-22/${name}`,
  )
  const variants = ['systemname-tz-channelvars.master.csv', 'systemname-tz-channelvars.cel.csv']
  return [...paths, ...variants.map((name) => `variants-22/${name}`)].map((path) => {
    const bytes = recorded(path)
    const format = sniffRecords(bytes, { complete: true, columns: path.endsWith('Custom.csv') ? CUSTOM : undefined })
    if (!format.ok) throw new Error(`${path}: ${format.error.reason}`)
    return { format: format.value, bytes }
  })
}
