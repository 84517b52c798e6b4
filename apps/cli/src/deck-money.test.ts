// `tollbook deck diff`, `impact`, `export`, `price-list`, `plan`, `rerate` and `coverage` as people run them, over a month
// of a few calls whose prices can be worked out by hand.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transaction } from '@tollbook/db'
import { ensureTenant } from '@tollbook/directory'
import { fixedClock } from '@tollbook/kernel'
import { testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandRunner } from './testing/command-runner.ts'

const db = testDatabase()
const NOW = Date.UTC(2026, 10, 23, 17, 0)
const folder = mkdtempSync(join(tmpdir(), 'tollbook-money-'))
const { tollbook, json } = commandRunner({ db, clock: fixedClock(NOW), folder })
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const DECK = `prefix,destination,rate,connect_fee,first_block,increment
33,France,0.0120,0,60,60
44,United Kingdom,0.0140,0,60,60
44770,"United Kingdom, mobile",0.0500,0,60,60
`
/** Mobile is more than doubled, France is gone, Spain is new. */
const NEXT = `${DECK.replace('0.0500', '0.1100').replace(/33,.*\n/, '')}34,Spain,0.0130,0,60,60\n`

/** Answered calls of 60 s by the account 1017, on days of October and November. */
function cdr(number: string, at: string, n: number): string {
  const [start, end] = [`${at} 10:00:00`, `${at} 10:01:00`]
  const channels = ['Dial', 'PJSIP/1017-00000001', `PJSIP/northlink-0000000${n}`]
  const cells = ['1017', '1017', number, 'internal', '', channels[1]!, channels[2]!, 'Dial', '']
  return `${[...cells, start, start, end].map((cell) => `"${cell}"`).join(',')},60,60,"ANSWERED","DOCUMENTATION","${Date.parse(`${at}T09:00:00Z`) / 1000}.${n}",""\n`
}

const CDR = [
  ['00447700900461', '2026-10-05'],
  ['00447700900461', '2026-10-06'],
  ['00442079460018', '2026-10-07'],
  ['0033155555555', '2026-10-08'],
  ['0034915555555', '2026-10-09'],
  ['00447700900461', '2026-11-10'],
] as const

beforeAll(async () => {
  writeFileSync(join(folder, 'retail.csv'), DECK)
  writeFileSync(join(folder, 'next.csv'), NEXT)
  writeFileSync(join(folder, 'Master.csv'), CDR.map(([number, at], i) => cdr(number, at, i + 1)).join(''))
  const plan = { countryCode: '353', nationalPrefix: '0', internationalPrefixes: ['00'] }
  const tenant = { slug: 'main', name: 'Main', zone: 'Europe/Dublin', currency: 'EUR', plan }
  await transaction(db(), (tx) => ensureTenant(tx, tenant, NOW))
  expect((await tollbook('deck import retail.csv --name Retail --currency EUR')).code).toBe(0)
  const { answer } = await json('import Master.csv --zone Europe/Dublin')
  expect(answer).toMatchObject({ calls: 6 })
  expect((await tollbook('deck import next.csv --name Retail --draft')).code).toBe(0)
})

describe('tollbook deck diff', () => {
  it('says what a draft changes', async () => {
    const { answer } = await json('deck diff Retail')
    expect(answer).toMatchObject({
      version: 2,
      against: 1,
      counts: { new: 1, raised: 1, closed: 1, same: 1, terms: 0 },
    })
    const { out } = await tollbook('deck diff retail 2')
    expect(out).toContain('Retail, version 2 against version 1: 1 new, 1 dearer, 1 gone, 1 the same.')
    expect(out).toMatch(/raised +44770 +United Kingdom, mobile +0\.05 +0\.11/)
    expect(out).toContain('Look twice, at least doubled (1):')
    expect((await tollbook('deck diff Retail 2 --kind closed')).out).toMatch(/closed +33 +France +0\.012 +–\n/)
    expect((await tollbook('deck diff Retail 1')).out).toContain('version 1 against nothing: 3 new.')
  })
})

describe('tollbook deck impact', () => {
  it('says in one line by how much last month moves, and by which rates', async () => {
    const { answer } = await json('deck impact Retail 2')
    expect(answer).toMatchObject({
      totals: [{ currency: 'EUR', old: '0.126000', new: '0.247000', difference: '0.121000', percent: '+96.0' }],
      ...{ calls: 5, newlyRated: 1, noLongerRated: 1 },
      accounts: [{ key: '1017', old: '0.126000', new: '0.247000' }],
    })
    const { out, err } = await tollbook('deck impact Retail 2')
    expect(out).toContain('This change moves last month by +96.0 %: 0.13 → 0.25 EUR, 5 calls')
    expect(out).toMatch(/44770 +United Kingdom, mobile +2 +0\.10 +0\.22 +\+0\.12 +\+120\.0 +EUR/)
    expect(out).toContain('1 of the calls would have no price any more.')
    expect(err).toContain('Pricing calls: 100 %')
  })

  it('looks at another time when that is said', async () => {
    const { out } = await tollbook('deck impact Retail 2 --from 2026-11-01')
    expect(out).toMatch(/moves 2026-11-01 to 2026-11-23 17:00 by \+120\.0 %: 0\.05 → 0\.11 EUR, 1 call\n/)
    expect((await tollbook('deck impact Retail 2 --from 2026-11-20')).out).toContain('No call of 2026-11-20')
  })
})

describe('tollbook deck export and price-list', () => {
  it('writes what imports again to the same', async () => {
    const { out } = await tollbook('deck export Retail')
    writeFileSync(join(folder, 'again.csv'), out)
    await tollbook('deck import again.csv --name Again')
    expect((await tollbook('deck export Again --out again2.csv')).out).toContain('3 rates in')
    expect(readFileSync(join(folder, 'again2.csv'), 'utf8')).toBe(out)
    const { answer } = await json('deck export Retail --version 2')
    expect(answer).toMatchObject({ version: 2, rates: 3, csv: expect.stringContaining('34,Spain,0.013,') })
  })

  it('writes a price list, as a table and on paper', async () => {
    expect((await tollbook('deck price-list Retail')).out).toContain('"United Kingdom, mobile",44770,0.05,0,60,60')
    expect((await tollbook('deck price-list Retail --format pdf --out prices.pdf')).code).toBe(0)
    expect(readFileSync(join(folder, 'prices.pdf')).subarray(0, 5).toString()).toBe('%PDF-')
  })
})

describe('tollbook plan', () => {
  const file = (plan: object) => writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan))

  it('is made from a file, read back as the same file, and sold', async () => {
    file({
      name: 'Business',
      decks: [{ deck: 'Retail', markupKind: 'markup', markupPercent: '20' }],
      blocked: [{ prefix: '33', note: 'not France' }],
      packages: [{ name: '10 minutes', kind: 'seconds', amount: 600, prefixes: ['4420'] }],
    })
    expect((await tollbook('plan set plan.json')).out).toContain('Plan made: Business, 1 deck.')
    const shown = (await json('plan show business')).answer
    file(shown)
    expect((await tollbook('plan set plan.json')).out).toContain('Plan replaced')
    expect((await json('plan show Business')).answer).toEqual(shown)
    expect((await tollbook('plan show Business')).out).toMatch(/Retail +sell +EUR +markup 20 %, to 4 places/)
    expect((await tollbook('plan assign Business --account 1017')).out).toContain('Account 1017 is sold by the plan')
    const cost = async (number: string) =>
      (await json(`simulate --account 1017 --number ${number} --seconds 60`)).answer
    expect(await cost('00447700900461')).toMatchObject({ amount: '0.060000' })
    expect(await cost('00442079460018')).toMatchObject({ amount: '0.000000', freeSeconds: 60 })
    expect(await cost('0033155555555')).toMatchObject({ outcome: 'blocked' })
    expect((await tollbook('plan list')).out).toMatch(/Business +order +Retail +1 +1 +1/)
    expect((await tollbook('plan assign none --account 1017')).code).toBe(0)
    expect(await cost('00447700900461')).toMatchObject({ amount: '0.050000' })
  })

  it.each([
    [{ decks: [] }, 'name is missing'],
    [{ name: 'P' }, 'decks is missing'],
    [{ name: 'P', decks: [] }, 'A plan needs at least one deck'],
    [{ name: 'P', decks: [{ deck: 'Detail' }] }, 'There is no deck "Detail". There are: "Again", "Retail".'],
    [
      { name: 'P', decks: [{ deck: 'Retail', markup: '20' }] },
      'decks[1].markup is no field. There are: deck, markupKind',
    ],
    [
      { name: 'P', decks: [{ deck: 'Retail', markupPercent: 20 }] },
      'decks[1].markupPercent is a number; write it as text: "20"',
    ],
    [{ name: 'P', choice: 'best', decks: [{ deck: 'Retail' }] }, 'choice is "best"; use one of order, longest'],
    [
      { name: 'P', decks: [{ deck: 'Retail' }], packages: [{ name: 'A', kind: 'calls' }] },
      'packages[1].amount is missing',
    ],
  ])('refuses %j', async (plan, said) => {
    file(plan)
    const run = await tollbook('plan set plan.json')
    expect([run.code, run.out]).toEqual([1, ''])
    expect(run.err).toContain(said)
  })
})

describe('tollbook rerate and coverage', () => {
  it('shows holes, and what was charged by a list that came late, then charges it', async () => {
    expect((await tollbook('coverage')).out).toMatch(/3491555 +1 +1 +2026-10-09 10:00 +no-rate/)
    const activated = await tollbook('deck activate Retail 2 --effective 2026-11-01')
    expect(activated.out).toContain('To charge them anew: tollbook rerate --deck "Retail" --from 2026-11-01')
    const shown = await json('rerate --deck Retail --from 2026-11-01 --note late')
    expect(shown.answer).toMatchObject({
      ...{ state: 'ready', applied: false, note: 'late', callsTotal: 1, callsChanged: 1 },
      totals: { revenue: [{ old: '0.050000', new: '0.110000', difference: '0.060000', percent: '+120.0' }] },
    })
    const { id } = shown.answer as { id: string }
    expect(shown.err).toContain(`Rerate ${id}`)
    const { out } = await tollbook(`rerate --resume ${id} --apply`)
    expect(out).toMatch(/1017 +1 +0\.05 +0\.11 +\+0\.06 +\+120\.0 +EUR/)
    expect(out).toContain('Together: 0.05 → 0.11 EUR, +0.06 (+120.0 %)\n\nCharged.')
    expect((await json(`rerate --resume ${id} --apply`)).answer).toMatchObject({ state: 'done', callsChanged: 1 })
    expect((await tollbook('rerate --apply')).out).toContain('There is nothing to charge.')
    const { answer } = await json('stats --from 2026-11-01 --to 2026-12-01 --metrics revenue')
    expect(answer).toMatchObject({ total: { revenue: '0.110000' } })
  })

  it('goes on where a signal cut it off', async () => {
    const onStop = (work: () => Promise<void>) => void work()
    await tollbook('deck withdraw Retail 2')
    const cut = await tollbook('rerate --apply', { onStop })
    expect([cut.code, cut.out]).toEqual([1, ''])
    const again = /Stopped\. To go on: tollbook (rerate --resume \S+ --apply)/.exec(cut.err)?.[1]
    expect(await json(again ?? '')).toMatchObject({ code: 0, answer: { state: 'done', callsChanged: 1 } })
  })

  it.each([
    ['rerate --account nobody', 1, 'There is no account "nobody"'],
    ['rerate --reason cheap', 2, 'no reason "cheap". There are: no-account'],
    ['rerate --from 2026-11-02 --to 2026-11-01', 2, '--from has to be before --to'],
    ['rerate --resume 123', 1, 'There is no rerate 123'],
    ['rerate --resume 123 --deck Retail', 2, '--deck cannot be changed'],
    ['deck impact Retail', 2, 'Which version?'],
    ['deck price-list Retail --format pdf', 2, 'A PDF goes into a file'],
    ['deck price-list Retail --plan Business', 2, 'not both'],
    ['deck export Retail --out /nowhere/x.csv', 1, '/nowhere/x.csv cannot be written (ENOENT)'],
    ['plan show Gold', 1, 'There is no plan "Gold". There are: "Business".'],
    ['plan assign Business', 2, '--account A | --default'],
    ['plan assign Business --account nobody', 1, 'There is no account "nobody"'],
  ])('%s → %i', async (words, code, said) => {
    const run = await tollbook(words)
    expect([run.code, run.out]).toEqual([code, ''])
    expect(run.err).toContain(said)
  })
})
