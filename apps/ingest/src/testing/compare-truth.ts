// What a fake PBX knows against what is in the tables: every leg once, every call once with its seconds, every charge
// once and to the last digit, the books in balance, and nothing missed that no gap tells of.

import type { Db } from '@tollbook/db'
import { verifyLedger } from '@tollbook/ledger'
import type { PbxTruth } from '@tollbook/testkit/fake-asterisk'
import { owed } from './crash-tenant.ts'

export type Difference = { readonly kind: 'lost' | 'doubled' | 'unbalanced'; readonly what: string }

/** Compares everything; an empty list is what is hoped for. Nobody may be writing meanwhile. */
export async function compareTruth(db: Db, truth: PbxTruth): Promise<Difference[]> {
  return [
    ...(await compareLegs(db, truth)),
    ...(await compareCalls(db, truth)),
    ...(await compareCel(db, truth)),
    ...(await compareCharges(db, truth)),
    ...(await compareBooks(db)),
    ...(await compareGaps(db, truth)),
  ]
}

const lost = (what: string): Difference => ({ kind: 'lost', what })
const doubled = (what: string): Difference => ({ kind: 'doubled', what })
const unbalanced = (what: string): Difference => ({ kind: 'unbalanced', what })

/** Each key of the truth once in the table, and nothing else there. */
function each(name: string, expected: ReadonlySet<string>, found: readonly string[]): Difference[] {
  const seen = new Set<string>()
  const more = found.filter((key) => seen.size === seen.add(key).size || !expected.has(key))
  const missing = [...expected].filter((key) => !seen.has(key))
  return [...missing.map((key) => lost(`${name} ${key}`)), ...more.map((key) => doubled(`${name} ${key}`))]
}

async function compareLegs(db: Db, truth: PbxTruth): Promise<Difference[]> {
  const { rows } = await db.pool.query('select uniqueid, sequence, billsec, duration_s from leg')
  const expected = truth.calls.flatMap(({ legs }) =>
    legs.map((leg) => `${leg.uniqueid} #${leg.sequence} ${leg.billsec}/${leg.durationS} s`),
  )
  const found = rows.map((row) => `${row.uniqueid} #${row.sequence} ${row.billsec}/${row.duration_s} s`)
  return each('leg', new Set(expected), found)
}

async function compareCalls(db: Db, truth: PbxTruth): Promise<Difference[]> {
  const { rows } = await db.pool.query('select linkedid, bill_s, legs from call')
  const known = each(
    'call',
    new Set(truth.calls.map((call) => call.linkedid)),
    rows.map((row) => row.linkedid),
  )
  const byLinkedid = new Map(rows.map((row) => [row.linkedid, row]))
  const wrong = truth.calls.flatMap(({ linkedid, shape, legs, charged }) => {
    const call = byLinkedid.get(linkedid)
    if (call === undefined) return []
    return [
      ...(call.legs === legs.length
        ? []
        : [unbalanced(`call ${linkedid} (${shape}) has ${call.legs} legs of ${legs.length}`)]),
      ...(charged === undefined || call.bill_s === charged.seconds
        ? []
        : [unbalanced(`call ${linkedid} (${shape}) bills ${call.bill_s} s, not ${charged.seconds}`)]),
    ]
  })
  return [...known, ...wrong]
}

/** Nobody else keeps CEL: what is missing must have been told while no session was there to hear it. */
async function compareCel(db: Db, truth: PbxTruth): Promise<Difference[]> {
  const { rows } = await db.pool.query('select linkedid, count(*)::int as n from cel group by 1')
  const gaps = await gapsOf(db)
  const found = new Map<string, number>(rows.map((row) => [row.linkedid, row.n]))
  const differences: Difference[] = []
  for (const [linkedid, toldAt] of truth.celAt) {
    const n = found.get(linkedid) ?? 0
    found.delete(linkedid)
    if (n > toldAt.length) differences.push(doubled(`CEL of ${linkedid}: ${n} of ${toldAt.length}`))
    const inGap = toldAt.filter((atMs) => gaps.some((gap) => covers(gap, atMs))).length
    if (n < toldAt.length - inGap) {
      differences.push(lost(`CEL of ${linkedid}: ${n} of ${toldAt.length}, ${inGap} of them in a gap`))
    }
  }
  return [...differences, ...[...found.keys()].map((linkedid) => doubled(`CEL of ${linkedid}, which is no call`))]
}

async function compareCharges(db: Db, truth: PbxTruth): Promise<Difference[]> {
  const { rows } = await db.pool.query(
    `select c.linkedid, a.code, sum(h.amount)::text as amount, sum(h.seconds)::int as seconds
     from charge h join call c using (call_key) join account a on a.account_id = h.party_id
     where h.side = 1 group by 1, 2`,
  )
  const found = new Map(
    rows.map((row) => [`${row.linkedid} ${row.code}`, `${row.seconds} s ${millionths(row.amount)}`]),
  )
  const differences: Difference[] = []
  for (const { linkedid, charged } of truth.calls) {
    if (charged === undefined) continue
    const key = `${linkedid} ${charged.account}`
    const expected = `${charged.seconds} s ${owed(charged)}`
    const standing = found.get(key)
    found.delete(key)
    if (standing !== expected) differences.push(unbalanced(`charge of ${key}: ${standing}, not ${expected}`))
  }
  return [...differences, ...[...found].map(([key, value]) => unbalanced(`charge of ${key}: ${value}, not nothing`))]
}

/** Balances against entries, and entries against charges: each account owes what its charges sum up to. */
async function compareBooks(db: Db): Promise<Difference[]> {
  const { differences } = await verifyLedger(db)
  const { rows } = await db.pool.query(
    `with charged as (select party_id as account_id, sum(amount) as amount, count(*) as n from charge
       where side = 1 and amount <> 0 group by 1),
     posted as (select account_id, sum(case kind when 1 then amount else -amount end) as amount, count(*) as n
       from ledger_entry group by 1)
     select account_id, charged.amount as charged, posted.amount as posted from charged full join posted using (account_id)
     where charged.amount is distinct from posted.amount or charged.n is distinct from posted.n`,
  )
  return [
    ...differences.map((d) => unbalanced(`balance of ${d.accountId}: ${d.balance}, entries ${d.entries}`)),
    ...rows.map((row) => unbalanced(`entries of ${row.account_id}: ${row.posted}, charges ${row.charged}`)),
  ]
}

type StoredGap = { readonly from: number; readonly until: number; readonly closed: boolean; readonly cause: string }

async function gapsOf(db: Db): Promise<StoredGap[]> {
  const { rows } = await db.pool.query('select from_at, until_at, closed_at, cause from capture_gap')
  return rows.map((row) => ({
    from: row.from_at.getTime(),
    until: row.until_at?.getTime() ?? Number.POSITIVE_INFINITY,
    closed: row.closed_at !== null,
    cause: row.cause,
  }))
}

const covers = (gap: StoredGap, atMs: number) => gap.from <= atMs && atMs <= gap.until

/** What no session can have had lies in a gap, and the file has closed all gaps. */
async function compareGaps(db: Db, truth: PbxTruth): Promise<Difference[]> {
  const gaps = await gapsOf(db)
  const untold = truth.missed.filter(({ atMs }) => !gaps.some((gap) => covers(gap, atMs)))
  const open = gaps.filter((gap) => !gap.closed)
  return [
    ...untold.map(({ leg, atMs }) => lost(`no gap tells of ${leg.uniqueid} #${leg.sequence}, missed at ${atMs}`)),
    ...open.map((gap) => unbalanced(`gap ${gap.cause} from ${gap.from} until ${gap.until} is open`)),
  ]
}

/** numeric(18,6) as text → millionths. */
function millionths(decimal: string): bigint {
  const [whole = '0', fraction = ''] = decimal.split('.')
  return BigInt(whole + fraction.padEnd(6, '0'))
}
