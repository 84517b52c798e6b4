// Calls as Asterisk 22 really told them, cut out of the recordings: what a fake PBX makes its own calls from.
// Knows only what was recorded; new ids, times and numbers are given to a shape in place-call.ts.

import { recorded } from '../recorded.ts'

/** One AMI event of a recorded call: its header lines in order, and when it was sent, microseconds since the epoch. */
export type ShapeFrame = {
  readonly event: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly atUs: number
}

export type CallShape = {
  readonly name: ShapeName
  readonly frames: readonly ShapeFrame[]
  /** Of the dialled number and account that the call's outbound leg is charged by; undefined = nothing to charge. */
  readonly charged: boolean
}

/** The recorded calls by name: linkedid in asterisk-22/all-cdr-cel.ami, and whether a carrier took the call. */
const SHAPES = {
  'sip-answered': ['1795440256.316', true],
  'sip-calleehangup': ['1795440259.320', true],
  'sip-account': ['1795440270.348', true],
  'sip-retried': ['1795440261.324', false],
  'sip-noanswer': ['1795440262.330', false],
  'sip-cancel': ['1795440266.336', false],
  'sip-congestion': ['1795440268.340', false],
  'sip-blindtransfer': ['1795440272.352', false],
  'sip-atxfer': ['1795440276.361', false],
  answered: ['1795440146.0', false],
  busy: ['1795440150.10', false],
  noanswer: ['1795440151.20', false],
  cancel: ['1795440154.30', false],
  account: ['1795440160.68', false],
  queue: ['1795440164.78', false],
  qabandon: ['1795440171.94', false],
  qtimeout: ['1795440178.110', false],
  group: ['1795440183.126', false],
  fork: ['1795440187.148', false],
  resetcdr: ['1795440193.160', false],
  unicode: ['1795440196.166', false],
  ivr: ['1795440208.206', false],
  forward: ['1795440221.232', false],
  blindtransfer: ['1795440234.258', false],
  atxfer: ['1795440238.270', false],
  park: ['1795440250.302', false],
} as const satisfies Record<string, readonly [linkedid: string, charged: boolean]>

export type ShapeName = keyof typeof SHAPES

/** Queue events are not in the recording of all scenarios; the session that recorded this one scenario has them. */
const QUEUE_EVENTS = /^Event: (QueueCaller|Agent(Connect|Complete|RingNoAnswer|Called))/

/** Reads all shapes; a few milliseconds. */
export function callShapes(): readonly CallShape[] {
  const byCall = new Map<string, ShapeFrame[]>()
  const all = framesOf(recorded('asterisk-22/all-cdr-cel.ami'), /^Event: (Cdr|CEL)\r\nPrivilege: /)
  for (const frame of [...all, ...framesOf(recorded('asterisk-22/scenarios/queue.ami'), QUEUE_EVENTS)]) {
    const linkedid = headerOf(frame, 'LinkedID')
    const frames = byCall.get(linkedid)
    if (frames) frames.push(frame)
    else byCall.set(linkedid, [frame])
  }
  return Object.entries(SHAPES).map(([name, [linkedid, charged]]) => ({
    name: name as ShapeName,
    frames: byCall.get(linkedid)!.sort((a, b) => a.atUs - b.atUs),
    charged,
  }))
}

export function headerOf(frame: Pick<ShapeFrame, 'headers'>, name: string): string {
  const wanted = name.toLowerCase()
  return frame.headers.find(([key]) => key.toLowerCase() === wanted)?.[1] ?? ''
}

function framesOf(bytes: Buffer, wanted: RegExp): ShapeFrame[] {
  const texts = bytes.toString('utf8').split('\r\n\r\n')
  return texts.filter((text) => wanted.test(text)).map(frameOf)
}

function frameOf(text: string): ShapeFrame {
  const headers = text.split('\r\n').map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 2)]
  })
  const [seconds, micros] = headerOf({ headers }, 'Timestamp').split('.') as [string, string]
  return { event: headers[0]![1], headers, atUs: Number(seconds) * 1_000_000 + Number(micros) }
}
