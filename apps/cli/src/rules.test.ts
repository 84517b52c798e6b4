// `tollbook rules`, `restitch` and `calls release` as people run them.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transaction } from '@tollbook/db'
import { ensureTenant } from '@tollbook/directory'
import { fixedClock } from '@tollbook/kernel'
import { recorded, testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandRunner } from './testing/command-runner.ts'

const db = testDatabase()
const NOW = Date.UTC(2026, 10, 24, 17, 0)
const folder = mkdtempSync(join(tmpdir(), 'tollbook-rules-'))
const { tollbook, json } = commandRunner({ db, clock: fixedClock(NOW), folder })
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const LAB = readFileSync(new URL('../../../packages/calls/src/rules/lab-rules.json', import.meta.url), 'utf8')

beforeAll(async () => {
  writeFileSync(join(folder, 'Master.csv'), recorded('asterisk-22/Master.csv'))
  writeFileSync(
    join(folder, 'lab.json'),
    JSON.stringify({ ...JSON.parse(LAB), contexts: [{ context: 'lab', direction: 'internal' }] }),
  )
  const tenant = { slug: 'main', name: 'Main', zone: 'UTC', currency: 'EUR' }
  await transaction(db(), (tx) => ensureTenant(tx, tenant, NOW))
  expect((await tollbook('import Master.csv --source pbx')).code).toBe(0)
})

describe('tollbook rules', () => {
  it('shows what can be set again as it is', async () => {
    const { out } = await tollbook('rules show')
    writeFileSync(join(folder, 'same.json'), out)
    expect(await json('rules preview same.json')).toMatchObject({ code: 0, answer: { changed: 0, complete: true } })
    expect((await json('rules show')).answer).toMatchObject({ own: false, revision: 0, source: '' })
  })

  it('says every fault of rules at once, and what file or source there is not', async () => {
    writeFileSync(join(folder, 'bad.json'), '{"channels":[{"match":"","is":"robot"}]}')
    const bad = await json('rules set bad.json')
    expect(bad).toMatchObject({ code: 1, answer: { error: { kind: 'bad-rules' } } })
    expect((bad.answer as { error: { faults: string[] } }).error.faults).toHaveLength(2)
    expect((await tollbook('rules set none.json')).err).toContain('There is no file none.json.')
    expect((await tollbook('rules show --source elsewhere')).err).toContain('There are: pbx')
    expect((await tollbook('rules set')).code).toBe(2)
  })

  it('previews what it then does, for one source, and takes it back', async () => {
    const { answer: before } = await json('rules preview lab.json --source pbx --days 30')
    const { changed, examples } = before as { changed: number; examples: unknown[] }
    expect(changed).toBeGreaterThan(0)
    expect(examples.length).toBe(Math.min(20, changed))
    expect((await tollbook('rules preview lab.json --source pbx')).out).toContain('Nothing was stored.')
    expect((await json('rules set lab.json --source pbx')).answer).toMatchObject({
      revision: 1,
      changed,
      source: 'pbx',
    })
    expect((await json('rules show --source pbx')).answer).toMatchObject({ own: true, revision: 1, appliedRevision: 1 })
    expect((await json('rules show')).answer).toMatchObject({ own: false })
    expect((await tollbook('rules reset --source pbx')).out).toContain(`${changed} changed`)
    expect((await json('rules show --source pbx')).answer).toMatchObject({ own: false, revision: 2 })
  })
})

it('restitch looks at the calls of a span and changes what is not as it should be', async () => {
  const { answer } = await json('restitch')
  expect(answer).toMatchObject({ changed: 0, invoiced: 0 })
  expect((answer as { seen: number }).seen).toBeGreaterThan(10)
  expect((await json('restitch --from 2027-01-01')).answer).toMatchObject({ seen: 0 })
  expect((await tollbook('restitch --from 2027-01-01 --to 2026-01-01')).code).toBe(2)
})

it('calls release wants the key of a call that is there', async () => {
  expect((await tollbook('calls release 7')).code).toBe(2)
  const none = await tollbook('calls release 01999999-0000-8000-8000-000000000001')
  expect([none.code, none.err]).toEqual([1, expect.stringContaining('There is no call')])
})
