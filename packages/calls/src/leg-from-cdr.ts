// One CDR row → one leg: times become instants, the keys are computed, what cannot be true is refused with a reason.
// All parsing of CDR text is here; behind this door a leg is trusted.

import type { CdrRow } from '@tollbook/asterisk'
import { err, ok, type Result } from '@tollbook/kernel'
import { DISPOSITION, type Disposition, type Leg } from './leg.ts'
import { type CallIdentity, callIdentity, type LegContext } from './leg-context.ts'
import { callKeyOf, hash64, keyWithoutSequence, rowIdentity, withOccurrence } from './leg-key.ts'
import { parseLocalTime } from './local-time.ts'
import { epochOf } from './uniqueid.ts'
import type { ZoneConverter } from './zone-converter.ts'

/** Why a row is set aside, in words for the person who looks at it. */
export type LegReject = { readonly kind: 'implausible'; readonly reason: string }

/** A leg longer than this is a broken counter, not a call: a year. */
const LONGEST_S = 366 * 86_400

/** Asterisk keeps 80 characters; an account's code stands in an index, which has its bound too. */
const LONGEST_ACCOUNTCODE = 200

/** Reads one row. Rows of one file must come in file order: equal rows are told apart by counting them. */
export function legFromCdr(row: CdrRow, context: LegContext): Result<Leg, LegReject> {
  const durationS = Math.floor(row.duration)
  const billsec = Math.floor(row.billsec)
  if (!(durationS >= 0 && durationS <= LONGEST_S)) return refuse('duration is not a plausible number of seconds')
  if (!(billsec >= 0)) return refuse('billsec is not a plausible number of seconds')
  // One second of grace: both are cut (or, with initiatedseconds, rounded up) from different moments.
  if (billsec > durationS + 1) return refuse('billsec is longer than duration')
  if (row.sequence !== undefined && !(row.sequence >= 0 && row.sequence <= 0x7fff_ffff)) {
    return refuse('sequence is not a plausible number')
  }
  if (row.accountcode.length > LONGEST_ACCOUNTCODE) return refuse('accountcode is too long to be one')
  const times = instantsOf(row, durationS, billsec, context.zone)
  if (typeof times === 'string') return refuse(times)
  const disposition = dispositionOf(row.disposition)
  const { callKey, openedAtMs, legKey } = keysOf(row, { durationS, billsec, disposition, ...times }, context)
  return ok({
    callKey,
    openedAtMs,
    legKey,
    startedAtMs: times.startedAtMs,
    answeredAtMs: times.answeredAtMs,
    endedAtMs: times.endedAtMs,
    durationS,
    billsec,
    sequence: row.sequence,
    line: row.line,
    disposition,
    amaflags: AMAFLAGS.get(row.amaflags) ?? 0,
    uniqueid: row.uniqueid,
    linkedid: row.linkedid,
    channel: row.channel,
    dstchannel: row.dstchannel,
    src: row.src,
    dst: row.dst,
    clid: row.clid,
    dcontext: row.dcontext,
    lastapp: row.lastapp,
    lastdata: row.lastdata,
    accountcode: row.accountcode,
    peeraccount: row.peeraccount,
    userfield: row.userfield,
    did: row.did ?? '',
    recording: row.recording ?? '',
    extras: row.extras,
  })
}

function refuse(reason: string): Result<Leg, LegReject> {
  return err({ kind: 'implausible', reason })
}

type Times = {
  readonly startedAtMs: number
  readonly answeredAtMs: number | undefined
  readonly endedAtMs: number
}

/** Start, answer and end as instants; a text is the reason why not. */
function instantsOf(row: CdrRow, durationS: number, billsec: number, zone: ZoneConverter): Times | string {
  const localStart = parseLocalTime(row.start)
  if (!(localStart >= FIRST_DAY_MS && localStart < LAST_DAY_MS)) return 'start is missing or not a time'
  const epoch = epochOf(row.uniqueid)
  // A channel starts a CDR at its creation or later; a second of grace for the cut fraction.
  const startedAtMs = zone.toInstant(localStart, epoch === undefined ? 0 : epoch * 1000 - 1000)
  let endedAtMs = startedAtMs + durationS * 1000
  if (!isNoTime(row.end)) {
    const localEnd = parseLocalTime(row.end)
    if (Number.isNaN(localEnd)) return 'end is not a time'
    endedAtMs = zone.toInstant(localEnd, endedAtMs - 1000)
  }
  if (endedAtMs < startedAtMs) return 'it ends before it starts'
  if (isNoTime(row.end)) {
    // A table with neither answer nor end. Measured over 5,662 recorded rows: answered is what says so or has billsec.
    const isAnswered = billsec > 0 || dispositionOf(row.disposition) === DISPOSITION.ANSWERED
    return { startedAtMs, answeredAtMs: isAnswered ? endedAtMs - billsec * 1000 : undefined, endedAtMs }
  }
  if (isNoTime(row.answer)) return { startedAtMs, answeredAtMs: undefined, endedAtMs }
  const localAnswer = parseLocalTime(row.answer)
  if (Number.isNaN(localAnswer)) return 'answer is not a time'
  return { startedAtMs, answeredAtMs: zone.toInstant(localAnswer, endedAtMs - billsec * 1000 - 2000), endedAtMs }
}

/** 2000 and 2100: clocks that stand outside were never set. */
const FIRST_DAY_MS = 946_684_800_000
const LAST_DAY_MS = 4_102_444_800_000

function isNoTime(text: string): boolean {
  return text === '' || text.startsWith('0000-00-00')
}

type Facts = Pick<Leg, 'startedAtMs' | 'durationS' | 'billsec' | 'disposition'>

function keysOf(row: CdrRow, facts: Facts, context: LegContext): CallIdentity & { legKey: bigint } {
  if (row.linkedid === '' && row.uniqueid === '') return withoutUniqueid(row, facts.startedAtMs, context)
  const call = callIdentity(row, facts.startedAtMs, context)
  return { callKey: call.callKey, openedAtMs: call.openedAtMs, legKey: legKeyOf(row, facts, context) }
}

/** By number; else by what every way tells of the row and by how often such a row came before. */
function legKeyOf(row: CdrRow, { startedAtMs, durationS, billsec, disposition }: Facts, context: LegContext): bigint {
  const numbered = row.sequence !== undefined
  // Rows of a file have all a number or none. A live one may have lost its own (mapped headers that overflow): then the
  // numbered ones before it count too, so that it is never taken for one of them.
  if (numbered && row.line !== LIVE) return hash64(`${row.uniqueid}|${row.sequence}`)
  const { uniqueid, dst, dstchannel, lastapp } = row
  const identity = rowIdentity({ uniqueid, dst, dstchannel, lastapp, startedAtMs, durationS, billsec, disposition })
  const occurrence = context.seen.next(identity)
  return numbered ? hash64(`${row.uniqueid}|${row.sequence}`) : keyWithoutSequence(identity, occurrence)
}

/** The line of what came live. */
const LIVE = 0

/** Old 16 and 17 column files: nothing ties rows together, so each is a call of its own, known by its whole text. */
function withoutUniqueid(row: CdrRow, startedAtMs: number, context: LegContext): CallIdentity & { legKey: bigint } {
  const whole = [row.accountcode, row.src, row.dst, row.dcontext, row.clid, row.channel, row.dstchannel, row.lastapp]
    .concat(row.lastdata, row.start, row.answer, row.end, String(row.duration), String(row.billsec))
    .concat(row.disposition, row.amaflags, row.userfield)
    .join('\u001f')
  const text = withOccurrence(whole, context.seen)
  return {
    callKey: callKeyOf(startedAtMs, context.sourceId, text),
    openedAtMs: startedAtMs,
    legKey: hash64(text),
  }
}

/** Words as Asterisk writes them, and the numbers some database backends write instead. */
const DISPOSITIONS: ReadonlyMap<string, Disposition> = new Map<string, Disposition>([
  ['ANSWERED', DISPOSITION.ANSWERED],
  ['NO ANSWER', DISPOSITION['NO ANSWER']],
  ['BUSY', DISPOSITION.BUSY],
  ['FAILED', DISPOSITION.FAILED],
  ['CONGESTION', DISPOSITION.CONGESTION],
  ['CANCEL', DISPOSITION.CANCEL],
  ['0', DISPOSITION['NO ANSWER']],
  ['2', DISPOSITION.FAILED],
  ['4', DISPOSITION.BUSY],
  ['8', DISPOSITION.ANSWERED],
  ['16', DISPOSITION.CONGESTION],
  ['32', DISPOSITION.CANCEL],
])

function dispositionOf(text: string): Disposition {
  return DISPOSITIONS.get(text) ?? DISPOSITIONS.get(text.toUpperCase()) ?? DISPOSITION.other
}

const AMAFLAGS: ReadonlyMap<string, number> = new Map([
  ['OMIT', 1],
  ['BILLING', 2],
  ['DOCUMENTATION', 3],
  ['1', 1],
  ['2', 2],
  ['3', 3],
])
