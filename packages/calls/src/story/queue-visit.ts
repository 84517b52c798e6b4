// The caller's stay in a queue: from queue events where there are any, else from the Queue application he ran.

import type { QueueEvent } from '../queue-event.ts'
import type { QueueVisit } from './call-story.ts'
import type { Cast, Destination } from './cast.ts'
import type { AppRun, ChannelLife } from './channel-life.ts'

/** The last queue the caller was in; undefined when he was in none. */
export function queueVisitOf(cast: Cast, events: readonly QueueEvent[]): QueueVisit | undefined {
  const { runner } = cast
  const run = runner.apps.findLast((r) => r.app === 'Queue')
  if (!run) return undefined
  const own = events.filter((e) => e.callid === runner.uniqueid || e.callid === cast.caller.uniqueid)
  const connected = runner.bridges.find((stay) => !stay.holding && within(stay.fromMs, run))
  const result = connected ? 'connected' : resultOf(cast, run, own)
  const tried = own.filter((e) => TRIED.has(e.event)).map((e) => e.agent)
  return {
    name: run.data.split(',', 1)[0] ?? '',
    result,
    joinedAtMs: run.fromMs,
    leftAtMs: connected?.fromMs ?? run.untilMs,
    membersTried: tried,
    connectedMember: own.findLast((e) => e.event === 'CONNECT')?.agent ?? '',
  }
}

/** Events by which queue_log says that a member was rung. */
const TRIED: ReadonlySet<string> = new Set(['RINGNOANSWER', 'RINGCANCELED', 'CONNECT'])

function within(atMs: number, run: AppRun): boolean {
  return atMs >= run.fromMs && atMs <= run.untilMs
}

/** How much later than its own time-out a queue lets go, milliseconds. */
const SLACK_MS = 600

function resultOf(cast: Cast, run: AppRun, events: readonly QueueEvent[]): QueueVisit['result'] {
  if (events.some((e) => e.event === 'EXITWITHTIMEOUT')) return 'timeout'
  if (events.some((e) => e.event === 'EXITWITHKEY' || e.event === 'EXITEMPTY')) return 'left'
  // AMI reports a time-out as an abandonment too: the queue's own time-out tells.
  const timeout = Number(run.data.split(',')[4] ?? 0)
  const waited = run.untilMs - run.fromMs
  if (timeout > 0 && waited >= timeout * 1000 - SLACK_MS) return 'timeout'
  if (events.some((e) => e.event === 'ABANDON')) return 'abandoned'
  return hungUpInside(cast.runner, run) ? 'abandoned' : 'timeout'
}

/** Nothing came after the queue, and the channel was cleared from outside: a dialplan that ends by itself gives no cause. */
function hungUpInside(runner: ChannelLife, run: AppRun): boolean {
  const goesOn = runner.endedAtMs - run.untilMs > 50
  return !goesOn && runner.hangupCause !== undefined && runner.hangupCause !== 0 && runner.hangupSource !== BY_DIALPLAN
}

const BY_DIALPLAN = 'dialplan/builtin'

/** Names the member behind each destination: members are told in the order in which they were let go. */
export function membersOf(cast: Cast, events: readonly QueueEvent[]): (destination: Destination) => string {
  const names = new Map<Destination, string>()
  const left = events.filter((e) => TRIED.has(e.event))
  const rung = cast.destinations.filter((d) => d.front.madeBy === 'AppQueue')
  for (const d of rung) {
    const answered = d.front.answeredAtMs !== undefined
    const at = d.front.answeredAtMs ?? d.front.endedAtMs
    const fits = (e: QueueEvent) => (e.event === 'CONNECT') === answered && Math.abs(e.happenedAtMs - at) < 1500
    const nearest = left.filter(fits).sort((a, b) => Math.abs(a.happenedAtMs - at) - Math.abs(b.happenedAtMs - at))[0]
    if (!nearest) continue
    names.set(d, nearest.agent)
    left.splice(left.indexOf(nearest), 1)
  }
  return (destination) => names.get(destination) ?? ''
}
