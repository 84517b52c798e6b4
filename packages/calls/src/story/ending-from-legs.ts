// How a call ended, as far as CDR rows alone tell it. A queue's rows say the same of a caller who gave up and of one whose
// time was over: he is taken to have given up, which is by far the more frequent.

import { ENDING, type Ending, OUTCOME, type Outcome } from '../call.ts'
import { DISPOSITION, type Leg } from '../leg.ts'

export function endingFromLegs(legs: readonly Leg[], outcome: Outcome): Ending {
  if (outcome === OUTCOME.answered) return ENDING.answered_by_person
  if (outcome === OUTCOME.busy) return ENDING.busy
  if (outcome === OUTCOME.program) return legs.some(isVoicemail) ? ENDING.voicemail : ENDING.ivr_only
  if (legs.some((leg) => leg.lastapp === 'Queue')) return ENDING.queue_abandoned
  if (legs.some((leg) => leg.disposition === DISPOSITION.CANCEL)) return ENDING.cancelled
  if (outcome === OUTCOME.noAnswer) return ENDING.no_answer
  return legs.some((leg) => leg.disposition === DISPOSITION.CONGESTION) ? ENDING.congestion : ENDING.failed
}

function isVoicemail(leg: Leg): boolean {
  return leg.lastapp === 'VoiceMail' || leg.lastapp === 'MinivmRecord'
}
