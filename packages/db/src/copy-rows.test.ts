// COPY in binary against a real PostgreSQL: every kind of field comes back as it went in, refused rows can be undone, and
// two writers of the same keys both come through.

import { type Micros, micros, parseMoney } from '@tollbook/kernel'
import { testDatabase } from '@tollbook/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { copyRows, lookAndInsert, type Tx, transaction, uuidArray } from './index.ts'

const db = testDatabase()

type Row = {
  readonly key: string
  readonly text: string
  readonly note: string
  readonly many: readonly string[]
  readonly small: number | undefined
  readonly int: number | undefined
  readonly big: bigint
  readonly flag: boolean
  readonly atMs: number | undefined
  readonly amount: Micros
}

const COLUMNS = ['key', 'text', 'note', 'many', 'small', 'int', 'big', 'flag', 'at', 'amount']
const TABLE = `key uuid, text text not null, note text, many text[], small smallint, int int, big bigint, flag boolean, at timestamptz,
  amount numeric(18,6)`

function copy(tx: Tx, rows: readonly Row[]): Promise<void> {
  return copyRows(tx, 'copied_row', COLUMNS, rows, (to, row) => {
    to.uuid(row.key)
    to.text(row.text)
    to.textOrNull(row.note)
    to.texts(row.many)
    to.int2(row.small)
    to.int4(row.int)
    to.int8(row.big)
    to.bool(row.flag)
    to.instant(row.atMs)
    to.money(row.amount)
  })
}

const FIRST_MS = Date.UTC(1970, 0, 1)
const LAST_MS = Date.UTC(2099, 11, 31)
const anyRow: fc.Arbitrary<Row> = fc.record({
  key: fc.uuid(),
  text: fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: 'grapheme', maxLength: 40 })),
  note: fc.constantFrom('', 'Zo\u00eb', '\\N\t\n', 'x'.repeat(70_000)),
  many: fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 6 }),
  small: fc.option(fc.integer({ min: -32_768, max: 32_767 }), { nil: undefined }),
  int: fc.option(fc.integer(), { nil: undefined }),
  big: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  flag: fc.boolean(),
  atMs: fc.option(fc.integer({ min: FIRST_MS, max: LAST_MS }), { nil: undefined }),
  amount: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }).map(micros),
})

describe('copyRows', () => {
  it('brings every field back as it went in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { maxLength: 30 }), async (rows) => {
        const back = await transaction(db(), async (tx) => {
          await tx.client.query(
            `create temp table copied_row (n int generated always as identity, ${TABLE}) on commit drop`,
          )
          await copy(tx, rows)
          return (await tx.client.query('select * from copied_row order by n')).rows
        })
        expect(back.map((row) => ({ ...row, n: undefined, amount: parseMoney(row.amount) }))).toEqual(
          rows.map(({ atMs, ...row }) => ({
            ...row,
            n: undefined,
            text: row.text.replaceAll('\0', '\ufffd'),
            note: row.note === '' ? null : row.note,
            many: row.many.map((text) => text.replaceAll('\0', '\ufffd')),
            small: row.small ?? null,
            int: row.int ?? null,
            big: String(row.big),
            at: atMs === undefined ? null : new Date(atMs),
          })),
        )
      }),
      { numRuns: 60 },
    )
  })

  it('throws what the server says about a row, and the connection goes on', async () => {
    await transaction(db(), async (tx) => {
      await tx.client.query('create temp table picky (n int check (n < 3)) on commit drop')
      const put = (numbers: readonly number[]) => copyRows(tx, 'picky', ['n'], numbers, (to, n) => to.int4(n))
      await put([1])
      await expect(put([2, 3, ...new Array(100_000).fill(1)])).rejects.toMatchObject({ code: '23514' })
      await tx.client.query('rollback to savepoint copied')
      await expect(copyRows(tx, 'nowhere', ['n'], [1], (to, n) => to.int4(n))).rejects.toMatchObject({ code: '42P01' })
      await tx.client.query('rollback to savepoint copied')
      await put([2])
      expect((await tx.client.query('select n from picky order by n')).rows).toEqual([{ n: 1 }, { n: 2 }])
    })
  })
})

describe('uuidArray', () => {
  it('is read as uuid[]', async () => {
    const keys = ['00000000-0000-0000-0000-000000000000', '0a1b2c3d-4e5f-8071-9223-fedcba987654']
    for (const some of [[], keys]) {
      const { rows } = await db().pool.query('select $1::uuid[]::text[] as keys', [uuidArray(some)])
      expect(rows[0].keys).toEqual(some)
    }
  })
})

describe('lookAndInsert', () => {
  const keys = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

  async function insert(tx: Tx, numbers: readonly number[], beforeCopy = () => Promise.resolve()): Promise<number> {
    return lookAndInsert(tx, async () => {
      const { rows } = await tx.client.query('select n from looked where n = any($1)', [numbers])
      const known = new Set(rows.map((row) => row.n))
      const fresh = numbers.filter((n) => !known.has(n))
      await beforeCopy()
      await copyRows(tx, 'looked', ['n'], fresh, (to, n) => to.int4(n))
      return fresh.length
    })
  }

  it('inserts what another writer has not, when both looked before either wrote', async () => {
    await db().pool.query('create table looked (n int primary key)')
    let looked = 0
    let bothLooked = () => {}
    const both = new Promise<void>((done) => {
      bothLooked = done
    })
    const afterBoth = () => {
      if (++looked === 2) bothLooked()
      return both
    }
    const writer = (numbers: readonly number[]) => transaction(db(), (tx) => insert(tx, numbers, afterBoth))
    const [left, right] = await Promise.all([writer(keys(0, 3000)), writer(keys(2000, 5000))])
    expect([left, right].sort()).toEqual([2000, 3000])
    const { rows } = await db().pool.query('select count(*)::int as n from looked')
    expect(rows).toEqual([{ n: 5000 }])
  })

  it('keeps what the transaction wrote before, and gives up on a key that stands twice in one batch', async () => {
    await db().pool.query('drop table if exists looked; create table looked (n int primary key)')
    await transaction(db(), async (tx) => {
      expect(await insert(tx, [1, 2])).toBe(2)
      await expect(insert(tx, [3, 3])).rejects.toMatchObject({ code: '23505' })
      await tx.client.query('rollback to savepoint copied')
      expect(await insert(tx, [2, 4])).toBe(1)
    })
    expect((await db().pool.query('select n from looked order by n')).rows.map((row) => row.n)).toEqual([1, 2, 4])
  })
})
