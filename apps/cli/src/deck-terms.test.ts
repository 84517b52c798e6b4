// What holds for a whole deck, given on the command line: it shows in what a call costs.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transaction } from '@tollbook/db'
import { ensureTenant } from '@tollbook/directory'
import { fixedClock } from '@tollbook/kernel'
import { testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { commandRunner } from './testing/command-runner.ts'

const db = testDatabase()
const NOW = Date.UTC(2026, 10, 23, 17, 0)
const folder = mkdtempSync(join(tmpdir(), 'tollbook-terms-'))
const { tollbook, json } = commandRunner({ db, clock: fixedClock(NOW), folder })
afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeAll(async () => {
  const tenant = { slug: 'main', name: 'Main', zone: 'Europe/Dublin', currency: 'EUR' }
  await transaction(db(), (tx) => ensureTenant(tx, tenant, NOW))
})

async function costs(...words: string[]): Promise<unknown> {
  const { answer } = await json(['simulate', '--number', '+442079460018', ...words])
  return answer.amount
}

it('splits calls over windows and rounds up to two places', async () => {
  const day = { name: 'day', priority: 1, rules: [{ from: '08:00', to: '20:00' }] }
  writeFileSync(join(folder, 'windows.json'), JSON.stringify({ windows: [day] }))
  writeFileSync(
    join(folder, 'split.csv'),
    'prefix,destination,rate,first_block,increment,window\n44,UK,0.6,1,1,\n44,UK,1.2,1,1,day\n',
  )
  const terms = ['--window-choice', 'split', '--rounding', 'up', '--places', '2', '--windows', 'windows.json']
  expect((await tollbook(['deck', 'import', 'split.csv', '--name', 'Split', '--default', ...terms])).code).toBe(0)
  // 30 s before eight at 0.01, 31 s after it at 0.02.
  expect(await costs('--at', '2026-11-23 07:59:30', '--seconds', '61')).toBe('0.920000')
  expect(await costs('--at', '2026-11-23 07:59:30', '--seconds', '1')).toBe('0.010000')
})

it('switches quirks of a deck in A2Billing’s manner off by name', async () => {
  const head = 'dialprefix\tdestination_name\trateinitial\tinitblock\tbillingblock'
  writeFileSync(join(folder, 'card.tsv'), `${head}\n44\tUK\t0.60000\t30\t18\n`)
  const off = ['--quirks-off', 'chargesZeroSeconds, feesWhenCovered']
  expect((await tollbook('deck import card.tsv --name Card --default')).code).toBe(0)
  expect(await costs('--seconds', '31')).toBe('0.360000')
  expect(await costs('--seconds', '0')).toBe('0.300000')
  expect((await tollbook(['deck', 'import', 'card.tsv', '--name', 'Ours', '--default', ...off])).code).toBe(0)
  expect(await costs('--seconds', '31')).toBe('0.360000')
  expect(await costs('--seconds', '0')).toBe('0.000000')
})

it.each([
  ['--rounding nearest', '--rounding is one of half-up, half-even, up, down'],
  ['--places 7', '--places is one of 0, 1, 2, 3, 4, 5, 6'],
  ['--window-choice both', '--window-choice is one of start, split'],
  ['--quirks-off everything', '--quirks-off: there is no "everything". There are: longestTextFirst'],
])('deck import %s → 2', async (words, said) => {
  const run = await tollbook(`deck import split.csv --name X ${words}`)
  expect([run.code, run.out]).toEqual([2, ''])
  expect(run.err).toContain(said)
})
