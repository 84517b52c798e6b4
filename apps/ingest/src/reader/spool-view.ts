// The spool as the storing side sees it: what the reading thread told of it, and the files themselves.

import type { LaneSpool } from '../drain/lanes.ts'
import type { CleanStart } from '../spool/spool.ts'
import type { ReaderTold } from './reader.ts'

/** Enough to find a place some hundred milliseconds back at full load. */
const CLEAN_STARTS_MAX = 256

export type SpoolView = LaneSpool & {
  readonly spoolId: string
  written(told: Extract<ReaderTold, { readonly kind: 'written' }>): void
}

export function spoolView(opened: Extract<ReaderTold, { readonly kind: 'opened' }>): SpoolView {
  const cleanStarts: CleanStart[] = []
  let written = 0
  let { end, segments } = opened
  return {
    spoolId: opened.spoolId,
    cleanStarts,
    get segments() {
      return segments
    },
    get messages() {
      return written
    },
    get end() {
      return end
    },
    written(told) {
      ;({ end, segments, written } = told)
      cleanStarts.push(...told.cleanStarts)
      if (cleanStarts.length > CLEAN_STARTS_MAX) cleanStarts.splice(0, cleanStarts.length - CLEAN_STARTS_MAX)
    },
  }
}
