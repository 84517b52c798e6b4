// What happened on a call as a list of steps, in the order in which one would tell it. Pure; the words are i18n's.

import type { Ending, StoryInfo } from '@tollbook/api/wire-story'

export type StoryStep =
  | { readonly kind: 'called'; readonly caller: Named; readonly dialled: string }
  | { readonly kind: 'menu'; readonly seconds: number }
  | { readonly kind: 'queue'; readonly name: string; readonly seconds: number }
  | {
      readonly kind: 'rang'
      readonly phones: number
      readonly seconds: number
      readonly busy: number
      readonly unreached: number
    }
  | { readonly kind: 'answered'; readonly who: Named; readonly seconds: number }
  | {
      readonly kind: 'transferred'
      readonly how: 'blind' | 'attended' | 'redirect'
      readonly by: Named | undefined
      readonly to: string
      /** Talk after it; undefined = no person took it. */
      readonly seconds: number | undefined
    }
  | { readonly kind: 'also'; readonly who: Named; readonly seconds: number }
  | { readonly kind: 'parked'; readonly seconds: number }
  | {
      readonly kind: 'ended'
      readonly ending: Exclude<Ending, 'answered_by_person' | 'unknown'>
      readonly seconds: number
      readonly cause: number | undefined
    }

/** `number` is '' where the name says it all. */
export type Named = { readonly name: string; readonly number: string }

/** Shorter programs are what answering itself takes, not worth a word. */
const MENU_S = 1.5

export function storySteps(story: StoryInfo): StoryStep[] {
  const steps: StoryStep[] = [{ kind: 'called', caller: callerOf(story), dialled: story.dialled }]
  const menu = sum(
    story.phases.filter((p) => p.party === 'caller' && p.kind === 'system' && p.from <= firstTalk(story)),
  )
  const onlyProgram = story.ending === 'ivr_only' || story.ending === 'voicemail' || story.ending === 'closed_hours'
  if (menu >= MENU_S && !onlyProgram && story.path.includes('ivr')) steps.push({ kind: 'menu', seconds: menu })
  const { queue } = story
  if (queue && queue.result === 'connected')
    steps.push({ kind: 'queue', name: queue.name, seconds: queue.until - queue.from })
  const rang = rangOf(story)
  if (rang) steps.push(rang)
  steps.push(...talksOf(story))
  const parked = sum(story.phases.filter((p) => p.party === 'caller' && p.kind === 'parked'))
  if (parked >= 1) steps.push({ kind: 'parked', seconds: parked })
  const ended = endedOf(story)
  if (ended) steps.push(ended)
  return steps
}

/** As people call them: the queue's name for them, else their number, else their telephone. */
export function nameOf(story: StoryInfo, id: string): Named {
  if (id === 'caller') return callerOf(story)
  const party = story.parties.find((one) => one.id === id)
  const own = party?.number || numberIn(id)
  return party?.member ? { name: party.member, number: own === party.member ? '' : own } : { name: own, number: '' }
}

function callerOf({ caller }: StoryInfo): Named {
  const number = caller.number || numberIn(caller.endpoint)
  return caller.name && caller.name !== number ? { name: caller.name, number } : { name: number, number: '' }
}

/** "PJSIP/204" → "204"; "Local/201@phones" → "201". */
export function numberIn(endpoint: string): string {
  return endpoint.replace(/^[^/]*\//, '').replace(/@.*$/, '')
}

function firstTalk(story: StoryInfo): number {
  return Math.min(story.seconds, ...story.talk.map((one) => one.from))
}

function rangOf(story: StoryInfo): StoryStep | undefined {
  // Whoever is reached by a transfer is told with it.
  const before = story.transfer?.at ?? Number.POSITIVE_INFINITY
  const tried = story.attempts.filter((one) => one.result !== 'forwarded' && one.from < before)
  const phones = new Set(tried.filter((one) => one.alerted).map((one) => one.party))
  const others = (results: readonly string[]) =>
    new Set(tried.filter((one) => !phones.has(one.party) && results.includes(one.result)).map((one) => one.party)).size
  const seconds = union(tried.filter((one) => one.alerted))
  if (phones.size === 0 || seconds < 0.5) return undefined
  const unreached = others(['unavailable', 'unallocated', 'congestion'])
  return { kind: 'rang', phones: phones.size, seconds, busy: others(['busy']), unreached }
}

function talksOf(story: StoryInfo): StoryStep[] {
  const who = [...new Set(story.talk.map((one) => one.with))]
  const seconds = (id: string) => union(story.talk.filter((one) => one.with === id))
  const [first, ...rest] = who
  const steps: StoryStep[] = []
  if (first !== undefined) steps.push({ kind: 'answered', who: nameOf(story, first), seconds: seconds(first) })
  const { transfer } = story
  if (transfer) {
    const after = rest.shift()
    const reached = after !== undefined && transfer.targetAnswered
    steps.push({
      kind: 'transferred',
      how: transfer.kind,
      by: transfer.transferer === '' ? undefined : nameOf(story, transfer.transferer),
      to: reached ? targetName(story, after) : transfer.target,
      seconds: reached ? seconds(after) : undefined,
    })
    if (after !== undefined && !reached) rest.unshift(after)
  }
  for (const id of rest) steps.push({ kind: 'also', who: nameOf(story, id), seconds: seconds(id) })
  return steps
}

function targetName(story: StoryInfo, id: string): string {
  const named = nameOf(story, id)
  return named.name || story.transfer?.target || ''
}

function endedOf(story: StoryInfo): StoryStep | undefined {
  const { ending, queue, seconds } = story
  if (ending === 'answered_by_person' || ending === 'unknown' || story.talk.length > 0) return undefined
  const waited =
    (ending === 'queue_abandoned' || ending === 'queue_timeout') && queue ? queue.until - queue.from : seconds
  const cause =
    story.attempts.findLast((one) => one.cause !== null && one.cause > 0 && one.result !== 'answered')?.cause ??
    undefined
  return { kind: 'ended', ending, seconds: waited, cause }
}

type Stretch = { readonly from: number; readonly until: number }

function sum(stretches: readonly Stretch[]): number {
  return stretches.reduce((total, one) => total + one.until - one.from, 0)
}

/** Length of what any of them covers. */
export function union(stretches: readonly Stretch[]): number {
  let total = 0
  let reached = Number.NEGATIVE_INFINITY
  for (const { from, until } of [...stretches].sort((a, b) => a.from - b.from)) {
    if (until <= reached) continue
    total += until - Math.max(from, reached)
    reached = until
  }
  return total
}
