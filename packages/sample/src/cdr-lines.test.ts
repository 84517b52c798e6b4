// The sample is repeatable to the byte, has the size and the oddities it promises, and looks like days of a real PBX.

import { createHash } from 'node:crypto'
import { DateTime } from 'luxon'
import { beforeAll, describe, expect, it } from 'vitest'
import { isHoliday, sampleDays } from './calendar.ts'
import { sampleCdrLines } from './cdr-lines.ts'
import { sampleDecks } from './decks.ts'
import { ACCOUNTS, TRUNKS } from './world.ts'

const END = Date.parse('2026-11-23T14:00:00Z')
const ZONE = 'Europe/Dublin'
const OPTIONS = { endMs: END, seed: 1, zone: ZONE }
const COLUMNS = 21

const digestOf = (options: Parameters<typeof sampleCdrLines>[0]) => {
  const hash = createHash('sha256')
  for (const line of sampleCdrLines(options)) hash.update(line).update('\n')
  return hash.digest('hex')
}

/** A reader for these tests alone: no field of the sample holds a line end. */
function fieldsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map((m) => (m[1] ?? m[2]!).replaceAll('""', '"'))
}

type Row = ReturnType<typeof rowOf>

function rowOf(fields: readonly string[]) {
  const at = (i: number) => fields[i]!
  const numbers = { duration: Number(at(12)), billsec: Number(at(13)), sequence: Number(at(20)) }
  const places = { account: at(0), from: at(1), dst: at(2), channel: at(5), dstchannel: at(6), lastapp: at(7) }
  const times = { start: at(9), answer: at(10), end: at(11) }
  return { ...places, ...times, ...numbers, disposition: at(14), uniqueid: at(16), linkedid: at(19) }
}

/** Milliseconds of a printed local time; the repeated hour of October is read as its first pass. */
const instant = (text: string) => DateTime.fromSQL(text, { zone: ZONE }).toMillis()

let lines: string[]
let rows: Row[]
let calls: Map<string, Row[]>

beforeAll(() => {
  lines = [...sampleCdrLines(OPTIONS)]
  const readable = (f: string[]) => f.length === COLUMNS && /^\d+$/.test(f[12]!) && /^20[12]\d/.test(f[9]!)
  rows = lines
    .map(fieldsOf)
    .filter(readable)
    .map(rowOf)
    .filter((r) => r.end >= r.start)
  calls = Map.groupBy(rows, (r) => r.linkedid)
})

describe('sampleCdrLines', () => {
  it('gives the same bytes for the same seed and end, others for another', () => {
    expect(digestOf(OPTIONS)).toBe(digestOf(OPTIONS))
    expect(digestOf({ ...OPTIONS, seed: 2 })).not.toBe(digestOf(OPTIONS))
    expect(digestOf({ ...OPTIONS, endMs: END - 86_400_000 })).not.toBe(digestOf(OPTIONS))
  })

  it('has about 50,000 rows in about 32,000 calls and grows with scale', () => {
    expect(lines.length).toBeGreaterThan(47_000)
    expect(lines.length).toBeLessThan(53_000)
    expect(calls.size).toBeGreaterThan(30_000)
    let n = 0
    for (const _ of sampleCdrLines({ ...OPTIONS, scale: 0.1 })) n++
    expect(n / lines.length).toBeCloseTo(0.1, 1)
  })

  it('holds exactly twelve rows that cannot be read', () => {
    expect(lines.length - rows.length).toBe(12)
  })

  it('never repeats a row: uniqueid and sequence are its name', () => {
    expect(new Set(rows.map((r) => `${r.uniqueid}/${r.sequence}`)).size).toBe(rows.length)
  })

  it('is written in the order of hang-up, except the last row, which comes five days late', () => {
    const late = rows.at(-1)!
    const ends = rows.slice(0, -1).map((r) => r.end)
    const hour = (text: string) => text.slice(0, 13)
    // Rows of early legs are written when the whole call ends, so look at the latest end so far, by the hour.
    const back = ends.filter((end, i) => i > 0 && hour(end) < hour(ends[i - 1]!))
    expect(back.length).toBeLessThan(rows.length * 0.02)
    expect((END - instant(late.end)) / 86_400_000).toBeGreaterThan(4)
    expect(calls.get(late.linkedid)!.map((r) => r.disposition)).toEqual(['CONGESTION', 'ANSWERED'])
  })

  it('ends at its end and spans three months', () => {
    expect(Math.max(...rows.slice(-500).map((r) => instant(r.end)))).toBeLessThanOrEqual(END)
    expect(rows[0]!.start.slice(0, 10)).toBe('2026-08-24')
  })

  it('prints local time that agrees with the epoch in uniqueid, on both sides of the change in October', () => {
    for (const row of rows.filter((_, i) => i % 97 === 0)) {
      if (row.start.startsWith('2026-10-25 01:')) continue
      const openedAt = Number(row.linkedid.split('.')[0]) * 1000
      expect(instant(row.start)).toBeGreaterThanOrEqual(openedAt)
      expect(instant(row.start) - openedAt).toBeLessThan(4 * 3_600_000)
    }
  })

  it('keeps the arithmetic of Asterisk: floors, empty answers, billsec within duration', () => {
    for (const row of rows) {
      expect(row.billsec).toBeLessThanOrEqual(row.duration)
      if (row.answer === '') expect(row.billsec).toBe(0)
    }
  })
})

describe('what is in it', () => {
  const perDay = () => Map.groupBy(calls.values(), (legs) => legs[0]!.start.slice(0, 10))

  it('has office hours, a lunch dip, weekends and a public holiday', () => {
    const byHour = Map.groupBy(calls.values(), (legs) => legs[0]!.start.slice(11, 13))
    const at = (hour: string) => byHour.get(hour)?.length ?? 0
    expect(at('10')).toBeGreaterThan(3 * at('19'))
    expect(at('13')).toBeLessThan(0.8 * at('12'))
    expect(at('13')).toBeLessThan(0.8 * at('15'))
    const days = perDay()
    expect(days.get('2026-11-21')!.length).toBeLessThan(0.5 * days.get('2026-11-20')!.length)
    expect(days.get('2026-10-26')!.length).toBeLessThan(0.4 * days.get('2026-10-19')!.length)
  })

  it('has two hours in which a trunk refused about a third of its calls', () => {
    const isVale = (l: Row | undefined) => l?.dstchannel.startsWith('PJSIP/vale-0') === true
    const isRefused = (legs: readonly Row[]) => legs.every((l) => l.disposition === 'CONGESTION')
    const shares = [...perDay().values()].flatMap((day) => {
      const met = day.filter((legs) => /1[01]/.test(legs[0]!.start.slice(11, 13)) && isVale(legs[0]))
      return met.length < 20 ? [] : [met.filter(isRefused).length / met.length]
    })
    expect(shares.length).toBeGreaterThan(5)
    expect(shares.filter((s) => s > 0.25 && s < 0.38)).toHaveLength(1)
    expect(shares.filter((s) => s >= 0.2)).toHaveLength(1)
  })

  it('has the shapes that naive counting gets wrong', () => {
    const some = (test: (legs: readonly Row[]) => boolean) => [...calls.values()].filter(test).length
    expect(some((legs) => legs.some((l) => l.disposition === 'NO ANSWER' && l.billsec > 0))).toBeGreaterThan(500)
    expect(some((legs) => legs.some((l) => l.lastapp === 'NoOp'))).toBeGreaterThan(1000)
    expect(some((legs) => legs.length === 6)).toBeGreaterThan(500)
    expect(some((legs) => legs.some((l) => l.channel.endsWith('@lcr')))).toBe(0)
    expect(some((legs) => legs.some((l) => /@lcr-\w+;2$/.test(l.channel)))).toBeGreaterThan(50)
    expect(some((legs) => legs.some((l) => l.lastapp === 'VoiceMail'))).toBeGreaterThan(200)
  })

  it('has a long tail of talk', () => {
    const talk = rows.filter((r) => r.disposition === 'ANSWERED').map((r) => r.billsec)
    talk.sort((a, b) => a - b)
    expect(talk[talk.length >> 1]!).toBeLessThan(120)
    expect(talk.at(-1)!).toBeGreaterThan(3000)
  })

  it('lets every account call', () => {
    const seen = new Set(rows.map((r) => r.account))
    expect(ACCOUNTS.filter((a) => !seen.has(a.code))).toEqual([])
  })
})

describe('sampleDecks', () => {
  const decks = sampleDecks(END, ZONE)
  const prices = (i: number) =>
    new Map(
      decks[i]!.csv.trim()
        .split('\n')
        .slice(1)
        .map((line) => [line.split(',')[0]!, Number(/",([\d.]+)/.exec(line)![1])]),
    )
  const match = (rates: Map<string, number>, digits: string) => {
    for (let n = digits.length; n > 0; n--) if (rates.has(digits.slice(0, n))) return rates.get(digits.slice(0, n))
    return undefined
  }

  it('has one sell deck and a buy deck for each carrier, in the header every deck has', () => {
    expect(decks.map((d) => d.side)).toEqual(['sell', 'buy', 'buy', 'buy'])
    for (const deck of decks) {
      expect(deck.csv).toMatch(/^prefix,destination,rate,connect_fee,first_block,increment,effective_from\n/)
    }
  })

  it('has a rate for every number called but the satellite ones', () => {
    const outbound = rows.filter((r) => /PJSIP\/(northlink|vale|meridian)/.test(r.dstchannel) && !r.from.includes(':'))
    const unrated = outbound.map((r) => international(r.dst)).filter((d) => match(prices(0), d) === undefined)
    expect(unrated.length).toBeGreaterThan(0)
    expect(unrated.filter((d) => !d.startsWith('882'))).toEqual([])
  })

  it('sells Cuba below cost, and one mobile network since its carrier raised the price', () => {
    const [sell, ...buy] = [0, 1, 2, 3].map(prices)
    for (const deck of buy) expect(deck.get('53')!).toBeGreaterThan(sell!.get('53')!)
    expect(decks[2]!.csv.match(/^485,.*$/gm)).toHaveLength(2)
    expect(buy[1]!.get('485')!).toBeGreaterThan(sell!.get('485')!)
    const losing = [...sell!].filter(([prefix, price]) => buy.some((b) => b.get(prefix)! >= price))
    expect(losing.map(([prefix]) => prefix)).toEqual(['485', '486', '487', '488', '53'])
  })
})

describe('calendar', () => {
  it('finds at least one public holiday wherever the three months lie', () => {
    for (let month = 0; month < 24; month++) {
      const end = DateTime.fromISO('2026-01-15T12:00', { zone: ZONE }).plus({ months: month })
      const days = sampleDays(end.toMillis(), ZONE)
      expect(days).toHaveLength(92)
      expect(days.some((d) => isHoliday(DateTime.fromMillis(d.fromMs, { zone: ZONE })))).toBe(true)
    }
  })

  it('gives the days of a change of the clock 25 or 23 hours', () => {
    const lengths = new Set(sampleDays(END, ZONE).map((d) => (d.toMs - d.fromMs) / 3_600_000))
    expect([...lengths].sort()).toEqual([24, 25])
  })

  it('knows its trunks by four different peers', () => {
    expect(new Set(TRUNKS.map((t) => t.peer)).size).toBe(4)
  })
})

/** Digits of a number as this PBX dials it. */
function international(dialled: string): string {
  if (dialled.startsWith('+')) return dialled.slice(1)
  return dialled.startsWith('00') ? dialled.slice(2) : `353${dialled.slice(1)}`
}
