// The plumbing against a real PostgreSQL: transactions, COPY, counters, partitions, migrations.

import { testDatabase } from '@tollbook/testkit'
import { describe, expect, it } from 'vitest'
import { copyLines, ensureMonths, listen, migrate, nextId, notifyStatement, transaction } from './index.ts'

const db = testDatabase()

describe('transaction', () => {
  it('lets the query builder and the client see one transaction, and rolls back on a throw', async () => {
    const failed = transaction(db(), async (tx) => {
      await tx.client.query(`insert into counter values ('seen', 7)`)
      const row = await tx.q.selectFrom('counter').selectAll().where('name', '=', 'seen').executeTakeFirstOrThrow()
      expect(row.value).toBe(7)
      throw new Error('stop')
    })
    await expect(failed).rejects.toThrow('stop')
    expect(await db().q.selectFrom('counter').selectAll().where('name', '=', 'seen').execute()).toEqual([])
  })

  it('fails, and the process goes on, when the server ends the connection between two statements', async () => {
    const failed = transaction(db(), async (tx) => {
      const { rows } = await tx.client.query('select pg_backend_pid() as pid')
      const gone = new Promise((resolve) => tx.client.once('end', resolve))
      await db().pool.query('select pg_terminate_backend($1)', [rows[0].pid])
      await gone
      await tx.client.query('select 1')
    })
    await expect(failed).rejects.toThrow()
  })
})

describe('copyLines', () => {
  it('keeps tabs, line ends, backslashes and NULL apart', async () => {
    const text = 'a\tb\\c\nd\re\\N'
    await transaction(db(), async (tx) => {
      await tx.client.query('create temp table c (a text, b int, c text) on commit drop')
      await copyLines(
        tx,
        'c',
        ['a', 'b', 'c'],
        [
          [text, 5, null],
          ['', -1n, 'x'],
        ],
      )
      const { rows } = await tx.client.query('select * from c order by b desc')
      expect(rows).toEqual([
        { a: text, b: 5, c: null },
        { a: '', b: -1, c: 'x' },
      ])
    })
  })
})

describe('nextId', () => {
  it('gives each taker its own range, also when they come at once', async () => {
    const takes = await Promise.all([1, 3, 1, 2].map((n) => transaction(db(), (tx) => nextId(tx, 'thing', n))))
    const ids = takes.flatMap((first, i) => Array.from({ length: [1, 3, 1, 2][i]! }, (_, k) => first + k))
    expect(ids.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7])
  })
})

describe('ensureMonths', () => {
  it('makes the partitions of a month once, also when asked twice at once', async () => {
    await Promise.all([ensureMonths(db(), ['2026-12', '2027-01']), ensureMonths(db(), ['2026-12'])])
    const { rows } = await db().pool.query(
      `select count(*)::int as n from pg_inherits i join pg_class p on p.oid = i.inhparent where p.relname = 'call' and p.relkind = 'p'`,
    )
    expect(rows[0]).toEqual({ n: 2 })
  })

  it('refuses what is no month', async () => {
    await expect(ensureMonths(db(), ['2026-1; drop table leg'])).rejects.toThrow('not a month')
  })
})

describe('migrate', () => {
  it('does nothing the second time', async () => {
    const again = await migrate(db(), new URL('../../../migrations', import.meta.url).pathname)
    expect(again.applied).toEqual([])
    expect(again.already).toBeGreaterThan(0)
  })
})

describe('listen', () => {
  it('hears what a committed transaction announced, also after its connection was cut', async () => {
    const heard: string[] = []
    let next: (() => void) | undefined
    const listener = listen(db(), (topic) => {
      heard.push(topic)
      next?.()
    })
    const announce = () => transaction(db(), (tx) => tx.client.query(notifyStatement('calls')))
    const once = async () => {
      const got = new Promise<void>((done) => {
        next = done
      })
      const timer = setInterval(() => void announce(), 50)
      await got
      clearInterval(timer)
    }
    await once()
    await db().pool.query(`select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen tollbook'`)
    heard.length = 0
    await once()
    expect(heard[0]).toBe('calls')
    await listener.close()
  })
})
