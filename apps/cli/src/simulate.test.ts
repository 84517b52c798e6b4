// `tollbook simulate` as people run it: the amount and why, how long a credit lasts, and what to do when there is no price.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transaction } from '@tollbook/db'
import { ensureTenant, saveAccount } from '@tollbook/directory'
import { fixedClock } from '@tollbook/kernel'
import { testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandRunner } from './testing/command-runner.ts'

const db = testDatabase()
const NOW = Date.UTC(2026, 10, 23, 17, 0)
const folder = mkdtempSync(join(tmpdir(), 'tollbook-simulate-'))
const { tollbook, json } = commandRunner({ db, clock: fixedClock(NOW), folder })
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const DECK = `prefix,destination,rate,connect_fee,first_block,increment
44,United Kingdom,0.0140,0,60,60
44770,"United Kingdom, mobile",0.0575,0.02,60,6
`

beforeAll(async () => {
  writeFileSync(join(folder, 'retail.csv'), DECK)
  const plan = { countryCode: '353', nationalPrefix: '0', internationalPrefixes: ['00'] }
  const tenant = { slug: 'main', name: 'Main', zone: 'Europe/Dublin', currency: 'EUR', plan }
  const { tenantId } = await transaction(db(), (tx) => ensureTenant(tx, tenant, NOW))
  await transaction(db(), (tx) => saveAccount(tx, tenantId, { code: '1017', name: 'Quayside Motors' }, NOW))
  expect((await tollbook('deck import retail.csv --name Retail --currency EUR')).code).toBe(0)
})

describe('tollbook simulate', () => {
  const call = 'simulate --account 1017 --number 00447700900461 --seconds 363'

  it('says what the call costs and why, and how long the credit lasts', async () => {
    const { answer } = await json(`${call} --at 2026-11-23T17:24:14Z --credit 5.00`)
    expect(answer).toMatchObject({
      ...{ account: { code: '1017' }, digits: '447700900461', at: '2026-11-23T17:24:14.000Z', outcome: 'charged' },
      ...{ destination: 'United Kingdom, mobile', prefix: '44770', deck: 'Retail', deckVersion: 1, billedSeconds: 366 },
      ...{
        amount: '0.370800',
        currency: 'EUR',
        talk: { credit: '5.000000', seconds: 5196, costs: '4.999500', next: '5.005300' },
      },
    })
    const { out } = await tollbook(call)
    expect(out).toContain('is read as +447700900461')
    expect(out).toMatch(/366 s × 0\.0575 ÷ 60 +0\.35075\n/)
    expect(out).toMatch(/Connection fee +0\.02\n/)
    expect(out).toMatch(/Charge +0\.3708 EUR/)
  })

  it('reads a moment without an offset in the zone of the tenant', async () => {
    const { answer } = await json([
      'simulate',
      '--number',
      '+44 20 7946 0018',
      '--seconds',
      '1',
      '--at',
      '2026-07-01 08:00',
    ])
    expect(answer).toMatchObject({ at: '2026-07-01T07:00:00.000Z', account: null, amount: '0.014000' })
  })

  it('says why there is no price, and what to do', async () => {
    const none = await json('simulate --number 0033155 --seconds 60')
    expect(none).toMatchObject({ code: 0, answer: { outcome: 'no-rate', amount: null } })
    expect((await tollbook('simulate --number reception --seconds 60')).out).toContain('not a telephone number')
    const nobody = await tollbook('simulate --account nobody --number 0044 --seconds 60')
    expect([nobody.code, nobody.out.includes('There is no account with this code')]).toEqual([1, true])
  })

  it.each([
    ['simulate --seconds 60', '--number is missing'],
    ['simulate --number 0044', '--seconds is missing'],
    ['simulate --number 0044 --seconds -1', '--seconds'],
    ['simulate --number 0044 --seconds 1.5', 'not a whole number of seconds'],
    ['simulate --number 0044 --seconds 60 --at yesterday', '--at yesterday is not a moment'],
    ['simulate --number 0044 --seconds 60 --at 2026-02-30', '--at 2026-02-30 is not a moment'],
    ['simulate --number 0044 --seconds 60 --credit much', '--credit much is not an amount'],
    ['simulate --number 0044 123 --seconds 60', 'Quote a number with blanks'],
  ])('%s → 2', async (words, said) => {
    const run = await tollbook(words)
    expect([run.code, run.out]).toEqual([2, ''])
    expect(run.err).toContain(said)
  })
})
