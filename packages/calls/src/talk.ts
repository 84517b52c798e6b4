// Who talked with whom, and when, as far as CDR rows tell. The one place that decides what counts as talk.
//
// A leg is a path between two channels. People talk on it when it was answered and the far channel is a telephone:
// a channel that is not Local, or a Local one whose other half answered by itself instead of dialling on (a person
// behind a test wire; a voicemail there is a program). "NO ANSWER" with billsec is a dialplan that had answered before
// it dialled; "ANSWERED" with no billsec is a wire that was optimised away, or less than a second.

import { isLocal, otherHalf } from './channel.ts'
import { type Interval, intersect, unite } from './intervals.ts'
import { DISPOSITION, type Leg } from './leg.ts'

/** Applications that answer a call without a person. */
export const PROGRAMS: ReadonlySet<string> = new Set([
  ...['VoiceMail', 'VoiceMailMain', 'Playback', 'BackGround', 'Background', 'ControlPlayback', 'Read', 'Record'],
  ...['AGI', 'EAGI', 'DeadAGI', 'MusicOnHold', 'Echo', 'Milliwatt', 'Directory', 'Queue', 'SayDigits', 'SayNumber'],
  ...[
    'WaitExten',
    'WaitMusicOnHold',
    'Festival',
    'Morsecode',
    'SendFAX',
    'ReceiveFAX',
    'FollowMe',
    'Park',
    'MinivmRecord',
  ],
])

/** True when the far end of the leg is a telephone: real, or the end of a Local wire that goes no further. */
export function reachesPhone(leg: Leg, all: readonly Leg[]): boolean {
  if (leg.dstchannel === '') return false
  if (!isLocal(leg.dstchannel)) return true
  const half = otherHalf(leg.dstchannel)
  if (half === '') return false
  const beyond = all.filter((other) => other.channel === half)
  return beyond.length > 0 && beyond.every((other) => other.dstchannel === '' && !PROGRAMS.has(other.lastapp))
}

/** True when somebody took the call on this leg; maybe for less than a second. */
export function isAnswered(leg: Leg): boolean {
  return leg.disposition === DISPOSITION.ANSWERED
}

/** When it was taken, ms. Tables without an answer column still tell by billsec. */
export function answeredFrom(leg: Leg): number {
  return leg.answeredAtMs ?? leg.endedAtMs - leg.billsec * 1000
}

/**
 * Moments in which two parties talked, from the legs on which a phone answered. Usually the union of these legs. Only when both
 * halves of one Local wire have a phone at their end (click to call) do people talk while both are there, not before.
 */
export function talkOf(answered: readonly Leg[]): Interval[] {
  if (!answered.some((leg) => isLocal(leg.channel))) return unite(answered.map(talkOn))
  const byChannel = new Map<string, Interval[]>()
  for (const leg of answered) {
    const interval = talkOn(leg)
    const same = byChannel.get(leg.channel)
    if (same) same.push(interval)
    else byChannel.set(leg.channel, [interval])
  }
  const talk: Interval[] = []
  for (const [channel, intervals] of byChannel) {
    const other = isLocal(channel) ? byChannel.get(otherHalf(channel)) : undefined
    talk.push(...(other ? intersect(unite(intervals), unite(other)) : intervals))
  }
  return unite(talk)
}

function talkOn(leg: Leg): Interval {
  const from = answeredFrom(leg)
  return [from, from + leg.billsec * 1000]
}
