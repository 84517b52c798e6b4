// How the call ended for the one who called: with a person, with a program, in a queue, or with what came of the attempts.

import type { EndingName } from '../call.ts'
import { type CompiledRules, pathStepOf } from '../rules/index.ts'
import { callerHungUp } from './attempts.ts'
import type { Attempt, QueueVisit, Talk } from './call-story.ts'
import type { Cast } from './cast.ts'
import type { ChannelLives } from './channel-life.ts'

export type EndingFacts = {
  readonly cast: Cast
  readonly lives: ChannelLives
  readonly talk: readonly Talk[]
  readonly rung: readonly Attempt[]
  readonly queue: QueueVisit | undefined
  readonly rules: CompiledRules
}

export function endingOf({ cast, talk, rung, queue, rules }: EndingFacts): EndingName {
  const { caller, runner } = cast
  if (talk.length > 0) return 'answered_by_person'
  const steps = new Set(runner.apps.map((run) => pathStepOf(rules, run.context, run.app)))
  if (steps.has('voicemail') && runner.answeredAtMs !== undefined) return 'voicemail'
  if (steps.has('closedHours')) return 'closed_hours'
  if (queue?.result === 'abandoned') return 'queue_abandoned'
  if (queue?.result === 'timeout') return 'queue_timeout'
  const tried = rung.filter((attempt) => attempt.result !== 'forwarded')
  if (tried.length > 0) return fromAttempts(tried)
  if (runner.answeredAtMs !== undefined) return 'ivr_only'
  const cause = runner.hangupCause
  if (cause === 17) return 'busy'
  if (cause === 34 || cause === 42) return 'congestion'
  return callerHungUp(caller, runner) && cause === 16 ? 'cancelled' : 'failed'
}

/** The best that the caller got: ringing before busy, busy before what never got through. */
function fromAttempts(tried: readonly Attempt[]): EndingName {
  const has = (result: Attempt['result']) => tried.some((attempt) => attempt.result === result)
  if (has('answered') || has('answered_elsewhere')) return 'ivr_only'
  if (has('cancelled')) return 'cancelled'
  if (has('no_answer')) return 'no_answer'
  if (has('busy')) return 'busy'
  return has('congestion') ? 'congestion' : 'failed'
}
