// Rules made ready to be asked a million times: patterns in small letters, and each answer remembered, since a PBX has
// some hundred peers and contexts and every call names the same ones.

import { peerOf } from '../channel.ts'
import type { CallRules, ChannelKind, ContextRule } from './call-rules.ts'
import { globMatches } from './glob.ts'

/** What the directory knows beside the rules: peers of trunks are trunks whatever the rules say. */
export type RuleFacts = {
  /** Peers in any case: "PJSIP/northlink". */
  readonly trunkPeers?: Iterable<string>
}

/** The steps of a call's path that rules name. */
export type PathStep = 'closedHours' | 'voicemail' | 'conference' | 'ringGroup' | 'ivr' | 'queue'

export type CompiledRules = {
  readonly rules: CallRules
  readonly kinds: Memory<Found>
  readonly directions: Memory<ContextRule['direction'] | undefined>
  readonly steps: Memory<PathStep | undefined>
  /** By peer alone. */
  readonly trunkPeers: Memory<boolean>
  readonly trunks: ReadonlySet<string>
}

/** `rule`: its place in `channels`; -1 when the directory's trunks said it. Kind undefined: no rule fits. */
type Found = { readonly kind: ChannelKind | undefined; readonly rule: number }

type Memory<T> = Map<string, T>

/** More names than a PBX has; then everything is found again. */
const MOST_NAMES = 20_000

export type ChannelClues = {
  /** The whole name, or only the peer. */
  readonly channel: string
  /** Context and application the channel itself runs; '' = not known. */
  readonly context?: string
  readonly app?: string
}

export function compileRules(rules: CallRules, facts: RuleFacts = {}): CompiledRules {
  const trunks = new Set<string>()
  for (const peer of facts.trunkPeers ?? []) trunks.add(peer.toLowerCase())
  return {
    rules: inSmallLetters(rules),
    kinds: new Map(),
    directions: new Map(),
    steps: new Map(),
    trunkPeers: new Map(),
    trunks,
  }
}

/** What a channel is by the rules; undefined when none fits, and the structure of the call has to tell. */
export function classOfChannel(compiled: CompiledRules, clues: ChannelClues): ChannelKind | undefined {
  return ruleOfChannel(compiled, clues).kind
}

/** True when the directory or a rule says so of the peer, whatever it runs. */
export function isTrunkPeer(compiled: CompiledRules, peer: string): boolean {
  return (
    peer !== '' && remembered(compiled.trunkPeers, peer, () => classOfChannel(compiled, { channel: peer }) === 'trunk')
  )
}

/** As `classOfChannel`, with the place of the rule that decided it. */
export function ruleOfChannel(compiled: CompiledRules, { channel, context = '', app = '' }: ChannelClues): Found {
  const peer = peerOf(channel)
  return remembered(compiled.kinds, `${peer}\n${context}\n${app}`, () => {
    const name = peer.toLowerCase()
    if (compiled.trunks.has(name)) return { kind: 'trunk', rule: -1 }
    const [inContext, inApp] = [context.toLowerCase(), app.toLowerCase()]
    const rule = compiled.rules.channels.findIndex(
      (r) =>
        globMatches(r.match, name) &&
        (r.context === undefined || globMatches(r.context, inContext)) &&
        (r.app === undefined || globMatches(r.app, inApp)),
    )
    return { kind: compiled.rules.channels[rule]?.is, rule }
  })
}

/** Which way calls go that begin in a context; undefined when no rule says so. */
export function directionOfContext(compiled: CompiledRules, context: string): ContextRule['direction'] | undefined {
  return remembered(compiled.directions, context, () => {
    const name = context.toLowerCase()
    return compiled.rules.contexts.find((r) => globMatches(r.context, name))?.direction
  })
}

/**
 * Which step of a call's path a channel in this context, running this application, is at. The application says more than
 * the context, which may still be that of the step before.
 */
export function pathStepOf(compiled: CompiledRules, context: string, app: string): PathStep | undefined {
  return remembered(
    compiled.steps,
    `${context}\n${app}`,
    () => stepNamed(compiled.rules, app.toLowerCase()) ?? stepNamed(compiled.rules, context.toLowerCase()),
  )
}

/** True when a number is one of those by which the PBX is called from outside. */
export function isDid(compiled: CompiledRules, number: string): boolean {
  // Not remembered: there are as many numbers as calls.
  const { dids } = compiled.rules
  if (dids.length === 0) return false
  const dialled = number.toLowerCase()
  return dids.some((pattern) => globMatches(pattern, dialled))
}

const STEPS: readonly PathStep[] = ['closedHours', 'voicemail', 'conference', 'ringGroup', 'queue', 'ivr']

function stepNamed(rules: CallRules, name: string): PathStep | undefined {
  return name === '' ? undefined : STEPS.find((step) => rules[step].some((pattern) => globMatches(pattern, name)))
}

function remembered<T>(memory: Memory<T>, key: string, find: () => T): T {
  const known = memory.get(key)
  if (known !== undefined || memory.has(key)) return known as T
  if (memory.size >= MOST_NAMES) memory.clear()
  const found = find()
  memory.set(key, found)
  return found
}

function inSmallLetters(rules: CallRules): CallRules {
  const small = (patterns: readonly string[]) => patterns.map((pattern) => pattern.toLowerCase())
  return {
    ...rules,
    channels: rules.channels.map((r) => ({
      match: r.match.toLowerCase(),
      ...(r.context !== undefined && { context: r.context.toLowerCase() }),
      ...(r.app !== undefined && { app: r.app.toLowerCase() }),
      is: r.is,
    })),
    contexts: rules.contexts.map((r) => ({ ...r, context: r.context.toLowerCase() })),
    closedHours: small(rules.closedHours),
    voicemail: small(rules.voicemail),
    conference: small(rules.conference),
    ringGroup: small(rules.ringGroup),
    ivr: small(rules.ivr),
    queue: small(rules.queue),
    dids: small(rules.dids),
  }
}
