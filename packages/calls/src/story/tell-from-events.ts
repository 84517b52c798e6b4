// The story of a call whose channel events are all there. Exact: it rests on bridges, not on CDR rows, which are only given
// their roles.

import { isLocal, peerOf } from '../channel.ts'
import { callerName, callerNumber } from '../dialled-number.ts'
import { type Interval, unite } from '../intervals.ts'
import type { Leg } from '../leg.ts'
import type { QueueEvent } from '../queue-event.ts'
import { type CompiledRules, directionOfContext, isDid, pathStepOf } from '../rules/index.ts'
import { attemptsOf } from './attempts.ts'
import type { CallStory, Party, Phase, Talk, TrunkLeg } from './call-story.ts'
import type { Cast } from './cast.ts'
import type { AppRun, ChannelLife, ChannelLives } from './channel-life.ts'
import { endingOf } from './ending.ts'
import { didOf } from './own-telephones.ts'
import { membersOf, queueVisitOf } from './queue-visit.ts'
import { rowRoles } from './row-roles.ts'
import { subtract } from './subtract.ts'
import { talkFromBridges } from './talk-from-bridges.ts'
import { transferOf } from './transfer-of.ts'

export type StoryFacts = {
  readonly linkedid: string
  /** In the order of the story: see legsInOrder. */
  readonly legs: readonly Leg[]
  readonly queueEvents: readonly QueueEvent[]
  readonly rules: CompiledRules
}

export function tellFromEvents(lives: ChannelLives, cast: Cast, facts: StoryFacts): CallStory {
  return tellFromCast(lives, cast, talkFromBridges(lives, cast, cast.caller), facts)
}

/** The rest follows from who was who and who talked when, wherever that is known from. */
export function tellFromCast(lives: ChannelLives, cast: Cast, talk: readonly Talk[], facts: StoryFacts): CallStory {
  const { linkedid, legs, queueEvents, rules } = facts
  const memberOf = membersOf(cast, queueEvents)
  const rung = attemptsOf(cast, talk, memberOf)
  const transfer = transferOf(lives, cast, talk)
  const queue = queueVisitOf(cast, queueEvents)
  const system = systemTime(cast, lives)
  const rows = rowRoles(legs, cast, lives, talk, transfer?.kind === 'attended' ? undefined : transfer?.atMs)
  const runnersLeg = legs.find((leg) => leg.channel === cast.runner.name)
  return {
    linkedid,
    uniqueids: lives.inOrder.map((life) => life.uniqueid),
    startMs: Math.min(...lives.inOrder.map((life) => life.startedAtMs)),
    endMs: Math.max(...lives.inOrder.map((life) => life.endedAtMs)),
    direction: directionOf(cast, rules),
    caller: callerOf(cast, runnersLeg),
    dialled: cast.runner.firstExten,
    did: didOf(cast.runner.firstExten, cast.callerIsTrunk, legs, rules),
    account: runnersLeg?.accountcode || cast.runner.accountcode,
    ending: endingOf({ cast, talk, rung, queue, rules, lives }),
    answeredBy: answeredBy(cast, talk, rung),
    rung,
    transfer,
    queue,
    talk,
    system,
    trunkLegs: trunkLegsOf(cast),
    rows,
    phases: phasesOf(cast, lives, talk, rung, queue, system),
    path: pathOf(cast, lives, rules, queue, transfer),
    fromEvents: true,
    complete: lives.complete,
  }
}

function directionOf(cast: Cast, rules: CompiledRules): CallStory['direction'] {
  const outward = cast.destinations.some((d) => d.dialled && d.trunk)
  if (cast.callerIsTrunk) return outward ? 'transit' : 'inbound'
  if (isLocal(cast.caller.name)) return 'originated'
  if (outward) return 'outbound'
  return (
    directionOfContext(rules, cast.caller.context) ?? (isDid(rules, cast.runner.firstExten) ? 'inbound' : 'internal')
  )
}

const DIALS: ReadonlySet<string> = new Set(['Dial', 'Queue', 'FollowMe', 'RetryDial'])

/** The number and name a party he called was shown. */
function callerOf({ caller, runner }: Cast, leg: Leg | undefined): CallStory['caller'] {
  const endpoint = isLocal(caller.name) ? 'originate' : peerOf(caller.name)
  const dial = runner.apps.find((run) => DIALS.has(run.app))
  if (dial) return { number: dial.number, name: dial.name, endpoint }
  if (leg) return { number: callerNumber(leg), name: callerName(leg), endpoint }
  return { number: runner.number, name: runner.callerName, endpoint }
}

function answeredBy(cast: Cast, talk: readonly Talk[], rung: CallStory['rung']): Party | undefined {
  const first = talk[0]
  const person = first && cast.byChannel.get(first.with)
  if (!person) return undefined
  const member = rung.find((attempt) => attempt.channel === first.with)?.member ?? ''
  const isWire = person.front !== person.back
  const kind = person.trunk ? 'outside_party' : isWire ? 'simulated_telephone' : 'telephone'
  return { kind, endpoint: person.endpoint, number: isWire ? '' : person.front.number, member }
}

/** Time of the runner's answered channel that went neither to dialling, talk, queue nor parking. */
function systemTime({ runner, destinations }: Cast, lives: ChannelLives): Interval[] {
  if (runner.answeredAtMs === undefined) return []
  const busy: Interval[] = runner.apps.filter((run) => DIALS.has(run.app)).map((run) => [run.fromMs, run.untilMs])
  for (const stay of runner.bridges) busy.push([stay.fromMs, stay.untilMs])
  for (const parking of lives.parkings) {
    if (parking.channel === runner.name) busy.push([parking.fromMs, parking.untilMs ?? runner.endedAtMs])
  }
  // Where cel.conf does not name the applications, what was dialled tells when.
  for (const d of destinations) if (d.dialled && runner.apps.length === 0) busy.push(span(d.front))
  return subtract([[runner.answeredAtMs, runner.endedAtMs]], unite(busy))
}

function span(life: ChannelLife): Interval {
  return [life.startedAtMs, life.answeredAtMs ?? life.endedAtMs]
}

function trunkLegsOf(cast: Cast): TrunkLeg[] {
  const legs: TrunkLeg[] = []
  if (cast.callerIsTrunk) legs.push(trunkLeg(cast.caller, 'inbound', ''))
  for (const d of cast.destinations) if (d.trunk) legs.push(trunkLeg(d.front, 'outbound', d.front.number))
  return legs
}

function trunkLeg(life: ChannelLife, side: TrunkLeg['side'], number: string): TrunkLeg {
  return {
    ...{ channel: life.name, peer: peerOf(life.name), side, number },
    seizedMs: life.endedAtMs - life.startedAtMs,
    answeredMs: life.answeredAtMs === undefined ? 0 : life.endedAtMs - life.answeredAtMs,
    ...{ fromMs: life.startedAtMs, answeredAtMs: life.answeredAtMs, untilMs: life.endedAtMs, cause: life.hangupCause },
  }
}

/** What goes on with the caller and with each one who was tried, for drawing. */
function phasesOf(
  cast: Cast,
  lives: ChannelLives,
  talk: readonly Talk[],
  rung: CallStory['rung'],
  queue: CallStory['queue'],
  system: readonly Interval[],
): Phase[] {
  const own = cast.caller.name
  const phases: Phase[] = []
  const add = (party: string, kind: Phase['kind'], [fromMs, untilMs]: Interval) => {
    if (untilMs > fromMs) phases.push({ party, kind, fromMs, untilMs })
  }
  for (const interval of system) add(own, 'system', interval)
  if (queue) add(own, 'waiting', [queue.joinedAtMs, queue.leftAtMs])
  for (const { channel, alerted, fromMs, untilMs } of rung) {
    if (!alerted) continue
    add(channel, 'ringing', [fromMs, untilMs])
    if (!queue || fromMs > queue.leftAtMs || untilMs < queue.joinedAtMs) add(own, 'ringing', [fromMs, untilMs])
  }
  for (const p of lives.parkings) {
    if (p.channel === cast.runner.name) add(own, 'parked', [p.fromMs, p.untilMs ?? cast.runner.endedAtMs])
  }
  for (const { interval, with: person } of talk) {
    add(own, 'talking', interval)
    add(person, 'talking', interval)
  }
  return phases.sort((a, b) => a.fromMs - b.fromMs)
}

function pathOf(
  { runner }: Cast,
  lives: ChannelLives,
  rules: CompiledRules,
  queue: CallStory['queue'],
  transfer: CallStory['transfer'],
): string[] {
  const stepOf = (run: AppRun) => pathStepOf(rules, run.context, run.app)
  const steps = runner.apps.map((run) => ({ at: run.fromMs, step: stepOf(run) as string | undefined }))
  const named = steps.map(({ at, step }) => ({ at, step: step === 'queue' && queue ? `queue:${queue.name}` : step }))
  if (transfer) named.push({ at: transfer.atMs, step: `transfer:${transfer.kind}` })
  for (const p of lives.parkings) if (p.channel === runner.name) named.push({ at: p.fromMs, step: 'park' })
  const path: string[] = []
  for (const { step } of named.sort((a, b) => a.at - b.at)) {
    if (step !== undefined && path.at(-1) !== step) path.push(step)
  }
  return path
}
