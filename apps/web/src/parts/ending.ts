// How a call ended and what lay on its way, in words: finer than the outcome, where more is known.

import type { CallRow } from '@tollbook/api/wire'
import { messages } from '../i18n/messages.ts'

/** The ending where it says more than the outcome, else the outcome. */
export function endingWord(call: Pick<CallRow, 'ending' | 'outcome'>): string {
  const { word } = messages()
  return call.ending === 'unknown' || call.ending === 'answered_by_person'
    ? word.outcome[call.outcome]
    : word.ending[call.ending]
}

/** "queue support", "transferred": what somebody looking for a call would look for. */
export function pathWords(call: Pick<CallRow, 'path'>): string[] {
  const { step } = messages().word
  const words = call.path.flatMap((one) => {
    const [kind, name] = one.split(':')
    if (kind === 'queue') return [step.queue(name ?? '')]
    if (kind === 'transfer') return [step.transferred]
    return kind === 'park' || kind === 'voicemail' ? [step[kind]] : []
  })
  return [...new Set(words)]
}
