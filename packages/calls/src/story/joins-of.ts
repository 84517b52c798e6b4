// Linkedids of other calls that are parts of this one. A channel that was not seen to begin here began in another call; if
// that call was its own, their linkedids are the same as its uniqueid. Conferences join nobody.

import { NO_JOINS } from '../call.ts'
import type { ChannelLives } from './channel-life.ts'
import { CONFERENCES } from './talk-from-bridges.ts'

/** Mostly none. Some may be of channels whose beginning was missed: then no call has that linkedid. */
export function joinsOf(lives: ChannelLives): readonly string[] {
  const elsewhere = lives.inOrder.filter((life) => !life.begun && life.uniqueid !== '').map((life) => life.uniqueid)
  const second = lives.transfers.map((transfer) => transfer.secondUniqueid)
  if (elsewhere.length === 0 && second.every((id) => id === '')) return NO_JOINS
  if (lives.inOrder.some((life) => life.apps.some((run) => CONFERENCES.has(run.app)))) return NO_JOINS
  const here = new Set(lives.inOrder.filter((life) => life.begun).map((life) => life.uniqueid))
  return [...new Set([...elsewhere, ...second])].filter((id) => id !== '' && !here.has(id)).sort()
}
