// When the caller was in contact with a person: channels in one bridge hear each other, and so do the halves of a wire.
// Swept over the moments at which anything changed; parking lots and conference rooms connect nobody.

import { isLocal, otherHalf } from '../channel.ts'
import type { Interval } from '../intervals.ts'
import type { Talk } from './call-story.ts'
import type { Cast } from './cast.ts'
import type { BridgeStay, ChannelLife, ChannelLives } from './channel-life.ts'

/** A call with more changes than this is a stuck loop; it is told up to here. */
const MOST_MOMENTS = 4000

/** In order of time; one entry for each person and stretch. `from`: whose contact is asked for, the caller or a person. */
export function talkFromBridges(lives: ChannelLives, cast: Cast, from: ChannelLife): Talk[] {
  const stays: Stays = new Map(lives.inOrder.map((life) => [life, talking(life)]))
  const moments = momentsOf(stays)
  const open = new Map<string, number>()
  const talk: Talk[] = []
  const close = (person: string, at: number) => {
    const since = open.get(person)
    if (since !== undefined && at > since) talk.push({ interval: [since, at] as Interval, with: person })
    open.delete(person)
  }
  for (const at of moments) {
    const now = personsWith(from, at, lives, stays, cast)
    for (const person of [...open.keys()]) if (!now.has(person)) close(person, at)
    for (const person of now) if (!open.has(person)) open.set(person, at)
  }
  for (const person of [...open.keys()]) close(person, moments.at(-1)!)
  return talk.sort((a, b) => a.interval[0] - b.interval[0] || (a.with < b.with ? -1 : 1))
}

type Stays = ReadonlyMap<ChannelLife, readonly BridgeStay[]>

function momentsOf(stays: Stays): number[] {
  const moments = new Set<number>()
  for (const [life, own] of stays) {
    for (const stay of own) moments.add(stay.fromMs).add(stay.untilMs)
    if (own.length > 0 || isLocal(life.name)) moments.add(life.startedAtMs).add(life.endedAtMs)
  }
  return [...moments].sort((a, b) => a - b).slice(0, MOST_MOMENTS)
}

export const CONFERENCES: ReadonlySet<string> = new Set(['ConfBridge', 'MeetMe', 'Page'])

function talking(life: ChannelLife): BridgeStay[] {
  const rooms = life.apps.filter((run) => CONFERENCES.has(run.app))
  return life.bridges.filter(
    (stay) => !stay.holding && !rooms.some((room) => stay.fromMs >= room.fromMs && stay.fromMs <= room.untilMs),
  )
}

/** Names of the persons' channels that hear `from` in the stretch that begins at `at`. */
function personsWith(
  from: ChannelLife,
  at: number,
  lives: ChannelLives,
  stays: Stays,
  cast: Cast,
): ReadonlySet<string> {
  const persons = new Set<string>()
  const seen = new Set<ChannelLife>([from])
  const toVisit = [from]
  for (let life = toVisit.pop(); life; life = toVisit.pop()) {
    for (const next of neighbours(life, at, lives, stays)) {
      if (seen.has(next)) continue
      seen.add(next)
      toVisit.push(next)
      const person = personAt(next, cast)
      if (person !== undefined && next !== from) persons.add(person)
    }
  }
  return persons
}

function neighbours(life: ChannelLife, at: number, lives: ChannelLives, stays: Stays): ChannelLife[] {
  const found: ChannelLife[] = []
  const half = isLocal(life.name) ? lives.byName.get(otherHalf(life.name)) : undefined
  if (half && half.startedAtMs <= at && at < half.endedAtMs && life.endedAtMs > at) found.push(half)
  const here = stays.get(life)!.find((stay) => stay.fromMs <= at && at < stay.untilMs)
  if (!here) return found
  const shares = (stay: BridgeStay) => stay.bridgeId === here.bridgeId && stay.fromMs <= at && at < stay.untilMs
  for (const [other, own] of stays) if (other !== life && own.some(shares)) found.push(other)
  return found
}

/** The person who sits at this channel, by the name of the channel that was dialled; the caller is one too. */
function personAt(life: ChannelLife, cast: Cast): string | undefined {
  if (life === cast.caller) return life.name
  const destination = cast.byChannel.get(life.name)
  if (destination?.kind !== 'person' || destination.back !== life) return undefined
  return destination.front.name
}
