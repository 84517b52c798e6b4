// What is said about a server of the user's own that will not do, before anything is written to it.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '@tollbook/db'
import { loadConfig } from '@tollbook/runtime'
import { testDatabase } from '@tollbook/testkit'
import { afterAll, afterEach, expect, it } from 'vitest'
import { openDatabase } from './open-database.ts'

const db = testDatabase()
const folder = mkdtempSync(join(tmpdir(), 'tollbook-open-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const open = (url: string) =>
  openDatabase(loadConfig({ TOLLBOOK_DATA_DIR: folder, DATABASE_URL: url }), 'stats', () => undefined)

function named(database: string): string {
  const url = new URL(db.url())
  url.pathname = `/${database}`
  return String(url)
}

let made: string | undefined
afterEach(async () => {
  if (made !== undefined) await db().pool.query(`drop database ${made} with (force)`)
  made = undefined
})

async function database(options: string): Promise<string> {
  made = `own_${Math.random().toString(36).slice(2)}`
  await db().pool.query(`create database ${made} template template0 ${options}`)
  return named(made)
}

it('takes a server that will do, and migrates it', async () => {
  const opened = await open(await database(''))
  expect(opened.isNew).toBe(true)
  await opened.close()
})

it('refuses a server that is too old', async () => {
  const url = await database('')
  const inside = connect(url, { max: 1 })
  // A server of another version is not at hand: this one is made to say that it is one.
  await inside.pool.query(`create schema old;
    create function old.current_setting(text) returns text language sql as
      $$ select case $1 when 'server_version_num' then '130005' when 'server_version' then '13.5' else 'UTF8' end $$;
    alter database ${made} set search_path = old, pg_catalog, public`)
  await inside.close()
  await expect(open(url)).rejects.toThrow(/it is version 13\.5; 15 or newer is needed\.$/)
})

it('refuses a database that cannot hold every name', async () => {
  const url = await database(`encoding 'SQL_ASCII' locale 'C' locale_provider libc`)
  await expect(open(url)).rejects.toThrow(/encoding is SQL_ASCII/)
})

it.each([
  ['nobody listens', () => 'postgres://me@127.0.0.1:1/tollbook', /at 127\.0\.0\.1:1 .*ECONNREFUSED/],
  ['there is no such database', () => named('nowhere'), /"nowhere" does not exist/],
])('says that %s', async (_, url, words) => {
  const failure = await open(url()).catch((e: Error) => e)
  expect(failure).toMatchObject({ name: 'NoDatabaseError', message: expect.stringMatching(words) })
  expect((failure as Error).message).not.toContain(new URL(db.url()).password)
})
