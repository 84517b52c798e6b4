// What an operator should change on the PBX so that nothing has to be guessed here. Words only; changes nothing.

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
}

export type Advice = { readonly file: string; readonly text: string }

/** Advice for cdr.conf, cdr_manager.conf and cel.conf, most important first; empty when all is well. */
export function cdrConfAdvice(seen: CdrObservations): Advice[] {
  return [...fileAdvice(seen.format), ...amiAdvice(seen.ami)]
}

function fileAdvice(format: CdrFormatName | undefined): Advice[] {
  if (format === undefined || format === 'cdr_csv-21') return []
  if (format === 'cdr_custom') {
    return [
      {
        file: 'cdr_custom.conf',
        text: 'The mapping has no linkedid: legs of one call cannot be grouped surely. Use Master.csv with newcdrcolumns = yes.',
      },
    ]
  }
  const advice: Advice[] = []
  const width = Number(format.slice('cdr_csv-'.length, 'cdr_csv-'.length + 2))
  if (width < 19) {
    advice.push({
      file: 'cdr.conf',
      text: '[csv] newcdrcolumns = yes: adds linkedid and sequence, without which legs of one call are told apart by guessing.',
    })
  }
  if (format === 'cdr_csv-16' || format === 'cdr_csv-19' || format.endsWith('userfield')) {
    advice.push({
      file: 'cdr.conf',
      text: '[csv] loguniqueid = yes: adds the uniqueid, from which the time zone is recognised and doubles are found.',
    })
  }
  return advice
}

function amiAdvice(ami: CdrObservations['ami']): Advice[] {
  if (ami === undefined || ami.cdrs === 0) return []
  const advice: Advice[] = []
  if (ami.withSequence < ami.cdrs) {
    advice.push({
      file: 'cdr_manager.conf',
      text: '[mappings] sequence => Sequence: without it a live CDR and its row in Master.csv cannot be known as one.',
    })
  }
  if (ami.withLinkedId < ami.cdrs) {
    advice.push({
      file: 'cdr_manager.conf',
      text: '[mappings] linkedid => LinkedID: without it the legs of one call cannot be grouped surely.',
    })
  }
  if (ami.cel === 0) {
    advice.push({
      file: 'cel.conf',
      text: '[manager] enabled = yes: brings the channel events of each call (who answered, transfers, causes).',
    })
  }
  return advice
}
