// The data rules, read from PostgreSQL's own catalog: what must hold so that the schema can be distributed as it stands.

import { testDatabase } from '@tollbook/testkit'
import { describe, expect, it } from 'vitest'

const db = testDatabase()

type Table = { name: string; kind: string; comment: string | null; partition_by: string | null }

async function tables(): Promise<Table[]> {
  const { rows } = await db().pool.query<Table>(
    `select c.relname as name, c.relkind as kind, obj_description(c.oid) as comment, pg_get_partkeydef(c.oid) as partition_by
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
  )
  return rows
}

const BIG = /^distribute by (\w+)(?:; partition by (\w+))?$/

describe('every table', () => {
  it('says how it lives on one machine and on many', async () => {
    const bad = (await tables()).filter(
      (t) => !(t.comment === 'reference' || t.comment === 'local' || BIG.test(t.comment ?? '')),
    )
    expect(bad).toEqual([])
  })

  it('is partitioned on the column its comment names, by range', async () => {
    const bad = (await tables()).filter((t) => {
      const column = BIG.exec(t.comment ?? '')?.[2]
      return (column === undefined ? null : `RANGE (${column})`) !== t.partition_by
    })
    expect(bad).toEqual([])
  })

  it('that is big holds its distribution and partition column in every unique key', async () => {
    const { rows: keys } = await db().pool.query<{ table: string; index: string; columns: string[] }>(
      `select c.relname as table, i.relname as index, array_agg(a.attname::text) as columns
       from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
       join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attnum = any(x.indkey)
       where x.indisunique and n.nspname = 'public' and not c.relispartition group by 1, 2`,
    )
    expect(keys.length).toBeGreaterThan(20)
    const big = new Map((await tables()).map((t) => [t.name, BIG.exec(t.comment ?? '')]))
    const bad = keys.filter(({ table, columns }) => {
      const [, distribution, partition] = big.get(table) ?? []
      return [distribution, partition].some((column) => column !== undefined && !columns.includes(column))
    })
    expect(bad).toEqual([])
  })

  it('that is big has a primary key', async () => {
    const { rows } = await db().pool.query<{ table: string }>(
      `select c.relname as table from pg_class c join pg_index x on x.indrelid = c.oid and x.indisprimary`,
    )
    const keyed = new Set(rows.map((r) => r.table))
    expect((await tables()).filter((t) => !keyed.has(t.name))).toEqual([])
  })
})

describe('nothing hides between the tables', () => {
  it('no trigger, no sequence, no exclusion constraint', async () => {
    const { rows } = await db().pool.query(
      `select 'trigger' as what, tgname::text as name from pg_trigger where not tgisinternal
       union all select 'sequence', relname::text from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace
       union all select 'exclusion', conname::text from pg_constraint where contype = 'x'`,
    )
    expect(rows).toEqual([])
  })

  it('no foreign key from or to a big table', async () => {
    const { rows } = await db().pool.query<{ name: string; a: string; b: string }>(
      `select conname::text as name, conrelid::regclass::text as a, confrelid::regclass::text as b from pg_constraint where contype = 'f'`,
    )
    const big = new Set((await tables()).filter((t) => BIG.test(t.comment ?? '')).map((t) => t.name))
    expect(rows.filter((r) => big.has(r.a) || big.has(r.b))).toEqual([])
  })

  it('no binary float in any column', async () => {
    const { rows } = await db().pool.query(
      `select table_name, column_name from information_schema.columns where table_schema = 'public' and data_type in ('real', 'double precision', 'money')`,
    )
    expect(rows).toEqual([])
  })
})
