// Turns the seed's templates into something that writes a row in a microsecond. Knows the templates' language and
// how Asterisk numbers channels, uniqueids and sequences; knows nothing of days, people or prices.

import { assert } from '@tollbook/kernel'
import type { LocalTime } from './local-time.ts'
import type { Shape, Step } from './shapes.ts'

/** What varies from call to call besides time; every template word that is not a moment or a channel. */
export type Facts = {
  readonly account: string
  readonly from: string
  readonly name: string
  readonly dialled: string
  readonly e164: string
  readonly context: string
  readonly entry: string
  readonly trunk: string
  readonly trunk2: string
  readonly did: string
  readonly ext: string
  readonly ext2: string
  readonly ext3: string
  readonly queue: string
  readonly note: string
}

/** A row of Master.csv without its line end, and the moment Asterisk writes it. */
export type WrittenRow = { readonly atMs: number; readonly line: string }

/** The counters of one running Asterisk; they begin again when it is restarted. */
export type PbxCounters = { channel: number; pjsip: number; local: number; sequence: number }

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'fact'; readonly fact: keyof Facts }
  | { readonly kind: 'time'; readonly moment: number }
  | { readonly kind: 'seconds'; readonly from: number; readonly to: number }
  | { readonly kind: 'channel'; readonly index: number }
  | { readonly kind: 'uniqueid'; readonly index: number }
  | { readonly kind: 'sequence' }

export type CompiledShape = {
  readonly steps: readonly Step[]
  /** Appends the rows of one call; `moments` in milliseconds, one more than there are steps. */
  write(facts: Facts, moments: readonly number[], pbx: PbxCounters, time: LocalTime, into: WrittenRow[]): void
}

/** Compiles one shape. Throws on a template that names an unknown word: the seed is part of the program. */
export function compileShape(shape: Shape): CompiledShape {
  const channels = shape.channels.map((text) => {
    const [moment, name] = text.split(' ') as [string, string]
    return { moment: Number(moment), local: name.startsWith('Local/'), name: partsOf(name) }
  })
  const rows = shape.rows.map((text) => {
    const colon = text.indexOf(':')
    return { moment: Number(text.slice(0, colon)), parts: partsOf(text.slice(colon + 1)) }
  })
  const write: CompiledShape['write'] = (facts, moments, pbx, time, into) => {
    const times = moments.map((ms) => time.text(ms))
    const filling: Filling = { facts, moments, times, names: [], uniqueids: [], sequence: pbx.sequence }
    for (const channel of channels) {
      const peer = fill(channel.name, filling)
      const second = Math.floor(moments[channel.moment]! / 1000)
      const suffix = (channel.local ? pbx.local++ : pbx.pjsip++).toString(16).padStart(8, '0')
      for (const half of channel.local ? LOCAL_HALVES : WHOLE) {
        filling.names.push(`${peer}-${suffix}${half}`)
        filling.uniqueids.push(`${second}.${pbx.channel++}`)
      }
    }
    for (const row of rows) into.push({ atMs: moments[row.moment]!, line: fill(row.parts, filling) })
    // Dialled channels take a sequence number and never write a row with it, so there are gaps, as in real files.
    pbx.sequence += rows.length + filling.names.length - 1
  }
  return { steps: shape.steps, write }
}

const LOCAL_HALVES = [';1', ';2'] as const
const WHOLE = [''] as const

type Filling = {
  readonly facts: Facts
  readonly moments: readonly number[]
  /** The moments as the PBX prints them. */
  readonly times: readonly string[]
  readonly names: string[]
  readonly uniqueids: string[]
  sequence: number
}

function fill(parts: readonly Part[], filling: Filling): string {
  // Joined rather than added up: rows wait in a day's buffer, and flat text is a third of the garbage (measured, x1.6).
  const values = new Array<string | number>(parts.length)
  for (let i = 0; i < parts.length; i++) values[i] = valueFor(parts[i]!, filling)
  return values.join('')
}

function valueFor(part: Part, filling: Filling): string | number {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'fact':
      return filling.facts[part.fact]
    case 'time':
      return filling.times[part.moment]!
    case 'seconds':
      // Asterisk floors the exact difference; the printed times may differ by one second more.
      return Math.floor((filling.moments[part.to]! - filling.moments[part.from]!) / 1000)
    case 'channel':
      return filling.names[part.index]!
    case 'uniqueid':
      return filling.uniqueids[part.index]!
    case 'sequence':
      return filling.sequence++
  }
}

function partsOf(template: string): Part[] {
  const parts: Part[] = []
  let at = 0
  for (const match of template.matchAll(/\{([^{}]+)\}/g)) {
    if (match.index > at) parts.push({ kind: 'text', text: template.slice(at, match.index) })
    parts.push(partOf(match[1]!))
    at = match.index + match[0].length
  }
  if (at < template.length) parts.push({ kind: 'text', text: template.slice(at) })
  return parts
}

function partOf(word: string): Part {
  const span = /^(\d)-(\d)$/.exec(word)
  if (span) return { kind: 'seconds', from: Number(span[1]), to: Number(span[2]) }
  const numbered = /^([@cu])(\d+)$/.exec(word)
  if (numbered) {
    const index = Number(numbered[2])
    if (numbered[1] === '@') return { kind: 'time', moment: index }
    return numbered[1] === 'c' ? { kind: 'channel', index } : { kind: 'uniqueid', index }
  }
  if (word === 'q') return { kind: 'sequence' }
  assert(FACTS.has(word), `unknown word in a shape: {${word}}`)
  return { kind: 'fact', fact: word as keyof Facts }
}

const FACTS: ReadonlySet<string> = new Set([
  'account',
  'from',
  'name',
  'dialled',
  'e164',
  'context',
  'entry',
  'trunk',
  'trunk2',
  'did',
  'ext',
  'ext2',
  'ext3',
  'queue',
  'note',
] satisfies (keyof Facts)[])
