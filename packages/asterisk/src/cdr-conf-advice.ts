// What an operator should change on the PBX so that nothing has to be guessed here: which lines of which file, and why.
// Words only; changes nothing.

import type { CdrFormatName } from './cdr-format.ts'

/** What was seen of one PBX; leave out what is not known. */
export type CdrObservations = {
  /** Format of its Master.csv. */
  readonly format?: CdrFormatName
  /** How many Cdr events came, and how many of them carried the mapped headers. */
  readonly ami?: {
    readonly cdrs: number
    readonly withSequence: number
    readonly withLinkedId: number
    readonly cel: number
  }
  /** CoreCDRenabled of CoreSettings. */
  readonly cdrEnabled?: boolean
}

export type AdviceKind =
  | 'cdr-off'
  | 'custom-without-linkedid'
  | 'csv-without-sequence'
  | 'csv-without-uniqueid'
  | 'ami-without-sequence'
  | 'ami-without-linkedid'
  | 'no-cel'

export type Advice = {
  readonly kind: AdviceKind
  readonly file: string
  /** The section's head with its brackets. */
  readonly section: string
  /** Lines to be replaced, as far as they can be known, and lines to be there. */
  readonly remove: readonly string[]
  readonly add: readonly string[]
  /** What is bad about it as it is. */
  readonly why: string
  /** All of it in one line. */
  readonly text: string
}

/** Advice for cdr.conf, cdr_manager.conf and cel.conf, most important first; empty when all is well. */
export function cdrConfAdvice(seen: CdrObservations): Advice[] {
  const off = seen.cdrEnabled === false ? [advice('cdr-off')] : []
  return [...off, ...fileAdvice(seen.format), ...amiAdvice(seen.ami)]
}

const LINES: Readonly<Record<AdviceKind, Omit<Advice, 'kind' | 'text'>>> = {
  'cdr-off': {
    file: 'cdr.conf',
    section: '[general]',
    remove: ['enable = no'],
    add: ['enable = yes', 'unanswered = yes', 'congestion = yes'],
    why: 'Asterisk writes no call records at all.',
  },
  'custom-without-linkedid': {
    file: 'cdr.conf',
    section: '[csv]',
    remove: [],
    add: ['loguniqueid = yes', 'newcdrcolumns = yes'],
    why: 'The mapping of cdr_custom.conf has no linkedid, so legs of one call cannot be grouped surely. Use Master.csv.',
  },
  'csv-without-sequence': {
    file: 'cdr.conf',
    section: '[csv]',
    remove: ['newcdrcolumns = no'],
    add: ['newcdrcolumns = yes'],
    why: 'Rows lack linkedid and sequence, without which legs of one call are told apart by guessing.',
  },
  'csv-without-uniqueid': {
    file: 'cdr.conf',
    section: '[csv]',
    remove: ['loguniqueid = no'],
    add: ['loguniqueid = yes'],
    why: 'Rows lack the uniqueid, from which the time zone is recognised and doubles are found.',
  },
  'ami-without-sequence': {
    file: 'cdr_manager.conf',
    section: '[mappings]',
    remove: [],
    add: ['sequence => Sequence'],
    why: 'Without it a live CDR and its row in Master.csv cannot be known as one.',
  },
  'ami-without-linkedid': {
    file: 'cdr_manager.conf',
    section: '[mappings]',
    remove: [],
    add: ['linkedid => LinkedID'],
    why: 'Without it the legs of one call cannot be grouped surely.',
  },
  'no-cel': {
    file: 'cel.conf',
    section: '[manager]',
    remove: ['enabled = no'],
    add: ['enabled = yes'],
    why: 'No channel events come: who answered, who transferred and why a call ended has to be guessed.',
  },
}

function advice(kind: AdviceKind): Advice {
  const lines = LINES[kind]
  return { kind, ...lines, text: `${lines.section} ${lines.add.join(', ')}: ${lines.why}` }
}

function fileAdvice(format: CdrFormatName | undefined): Advice[] {
  if (format === undefined || format === 'cdr_csv-21') return []
  if (format === 'cdr_custom') return [advice('custom-without-linkedid')]
  if (!format.startsWith('cdr_csv-')) return []
  const found: Advice[] = []
  const width = Number(format.slice('cdr_csv-'.length, 'cdr_csv-'.length + 2))
  if (width < 19) found.push(advice('csv-without-sequence'))
  if (format === 'cdr_csv-16' || format === 'cdr_csv-19' || format.endsWith('userfield')) {
    found.push(advice('csv-without-uniqueid'))
  }
  return found
}

function amiAdvice(ami: CdrObservations['ami']): Advice[] {
  if (ami === undefined || ami.cdrs === 0) return []
  const found: Advice[] = []
  if (ami.withSequence < ami.cdrs) found.push(advice('ami-without-sequence'))
  if (ami.withLinkedId < ami.cdrs) found.push(advice('ami-without-linkedid'))
  if (ami.cel === 0) found.push(advice('no-cel'))
  return found
}
