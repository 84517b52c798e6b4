// tollbook source follow-table: what is stored, what is tried first, what is refused.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transaction } from '@tollbook/db'
import { ensureTenant } from '@tollbook/directory'
import { listFeeds } from '@tollbook/intake'
import { fixedClock } from '@tollbook/kernel'
import { loadSecretKey, openSecret } from '@tollbook/runtime'
import { createCdrTable, type ForeignDatabase, foreignDatabase, testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { commandRunner } from './testing/command-runner.ts'

const db = testDatabase()
const folder = mkdtempSync(join(tmpdir(), 'tollbook-cli-'))
const { tollbook, json } = commandRunner({ db, clock: fixedClock(0), folder })
let foreign: ForeignDatabase

beforeAll(async () => {
  foreign = await foreignDatabase('postgresql')
  await createCdrTable(foreign.run, 'postgresql', 'freepbx', 'cdr')
  await transaction(db(), (tx) => ensureTenant(tx, { slug: 'main', name: 'Main', currency: 'EUR' }, 0))
})
afterAll(async () => {
  await foreign.close()
  rmSync(folder, { recursive: true, force: true })
})

const words = (more = '') => {
  const { host, port, user, database } = foreign.settings
  return `source follow-table office --engine postgresql --host ${host} --port ${port} --user ${user} --database ${database} ${more}`.trim()
}

const said = () => ({ readStdin: async () => `${foreign.password}\n` })

it('tries the table, stores it with its password sealed, and changes it when it is said again', async () => {
  const name = `${foreign.settings.database}.cdr`
  const stored = await json(words(), said())
  expect(stored.answer).toMatchObject({
    source: 'office',
    name,
    zone: 'auto',
    found: 'cdr, by calldate, which has no index',
  })
  await json(words('--zone Europe/Dublin --poll 30'), said())
  const feeds = await listFeeds(db())
  expect(feeds).toMatchObject([{ kind: 'table', name, zone: 'Europe/Dublin', settings: { pollS: 30, table: 'cdr' } }])
  const sealed = feeds[0]!.secretSealed
  expect(sealed === undefined ? '' : openSecret(loadSecretKey(folder), sealed)).toBe(foreign.password)
})

it('does not follow what somebody has to mend first', async () => {
  expect(await json(words('--table nothing'), said())).toMatchObject({
    code: 1,
    answer: { error: { kind: 'refused', message: expect.stringMatching(/there is no table nothing/) } },
  })
  for (const wrong of ['--engine oracle', '--port x', '--zone Mars', '--ssl maybe', '--content calls']) {
    expect((await tollbook(words(wrong), said())).code, wrong).toBe(2)
  }
  expect((await tollbook('source follow-table')).code).toBe(2)
})

it('follows what is away for now', async () => {
  const away = 'source follow-table office --engine mysql --host 127.0.0.1 --port 1 --user x --database y'
  expect((await json(away, { readStdin: async () => 'secret' })).answer).toMatchObject({
    found: 'for now: nothing listens on 127.0.0.1:1',
  })
})
