// What each CDR row of a call stands for, once it is known who was who and who talked when. Only rows with `talkRow` have
// the caller and a person on their path; everything else is noise of the PBX, however answered it says it was.

import { otherHalf } from '../channel.ts'
import type { Leg } from '../leg.ts'
import { isAnswered } from '../talk.ts'
import type { RowRole, StoryRow, Talk } from './call-story.ts'
import type { Cast } from './cast.ts'
import type { ChannelLives } from './channel-life.ts'

/** Roles in the order of the legs given: by start, then sequence. */
export function rowRoles(
  legs: readonly Leg[],
  cast: Cast,
  lives: ChannelLives,
  talk: readonly Talk[],
  movedAtMs: number | undefined,
): StoryRow[] {
  let talked = false
  return legs.map((leg) => {
    const talkRow = leg.channel === cast.runner.name && leg.dstchannel !== '' && hasTalk(leg, cast, talk)
    const role: RowRole = talkRow
      ? talked
        ? 'transfer_continuation'
        : 'billable_leg'
      : roleOf(leg, legs, cast, lives, movedAtMs)
    talked ||= talkRow
    return { legKey: leg.legKey, uniqueid: leg.uniqueid, sequence: leg.sequence, role, talkRow }
  })
}

/** The row's other end is a person the caller talked with, or a hop behind which he talked with one. */
function hasTalk(leg: Leg, cast: Cast, talk: readonly Talk[]): boolean {
  const reached = cast.byChannel.get(leg.dstchannel)
  if (reached?.kind !== 'hop') return talk.some((t) => t.with === leg.dstchannel)
  const { startedAtMs, endedAtMs } = reached.front
  return talk.some(({ interval: [from, until] }) => from < endedAtMs && until > startedAtMs)
}

function roleOf(
  leg: Leg,
  legs: readonly Leg[],
  cast: Cast,
  lives: ChannelLives,
  movedAtMs: number | undefined,
): RowRole {
  if (leg.channel === cast.runner.name) return runnersRole(leg, legs, lives, movedAtMs)
  if (leg.channel === cast.caller.name) return 'local_half'
  const own = cast.byChannel.get(leg.channel)
  if (!own) return 'local_half'
  if (leg.dstchannel === '' || leg.dstchannel === otherHalf(leg.channel)) return 'local_half'
  if (own.kind === 'hop' && own.back.name === leg.channel) return 'forward_leg'
  const transferred = lives.transfers.some((t) => t.channel === leg.channel)
  return transferred || own.front !== own.back ? 'consultation' : 'transfer_continuation'
}

function runnersRole(leg: Leg, legs: readonly Leg[], lives: ChannelLives, movedAtMs: number | undefined): RowRole {
  if (leg.dstchannel !== '') return 'attempt_failed'
  if (leg.lastapp === 'Park') return 'park'
  const own = legs.filter((other) => other.channel === leg.channel && other !== leg)
  const parked = lives.parkings.some((p) => p.channel === leg.channel && p.fromMs < leg.startedAtMs)
  if (parked && own.some((other) => other.lastapp === 'Park')) return 'after_park'
  if (own.some((other) => covers(other, leg))) return 'fork_overlap'
  // Whole seconds of the row against the moment of the move.
  if (movedAtMs !== undefined && leg.startedAtMs >= Math.floor(movedAtMs / 1000) * 1000) return 'transfer_target_system'
  if (leg.lastapp === 'Dial') return 'attempt_failed'
  if (own.some((other) => endedInTalk(other, leg))) return 'transfer_target_system'
  const dialled = own.some((other) => other.dstchannel !== '' || other.lastapp === 'Dial')
  if (dialled) return 'after_dial_step'
  return leg.answeredAtMs === undefined ? 'dialplan_failed' : 'system_leg'
}

/** ForkCDR: the other row tells all of this one's time again, and goes on to somebody. */
function covers(other: Leg, leg: Leg): boolean {
  const lasted = leg.answeredAtMs !== undefined && leg.endedAtMs > leg.startedAtMs
  return lasted && other.startedAtMs <= leg.startedAtMs && other.endedAtMs >= leg.endedAtMs && other.dstchannel !== ''
}

/** Without events: after a talk the dialplan goes on only for a caller who was sent elsewhere. */
function endedInTalk(other: Leg, leg: Leg): boolean {
  const talked = other.dstchannel !== '' && isAnswered(other) && other.billsec > 0
  return talked && other.endedAtMs <= leg.startedAtMs && leg.answeredAtMs !== undefined && leg.billsec > 0
}
