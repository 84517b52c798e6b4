// COPY out against a real PostgreSQL: what is written, and that the connection goes on when it cannot be.

import { Writable } from 'node:stream'
import { testDatabase } from '@tollbook/testkit'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { copyOut, transaction } from './index.ts'

const db = testDatabase()

function kept(): { readonly to: Writable; text(): string } {
  const chunks: Buffer[] = []
  const to = new Writable({
    highWaterMark: 100,
    write(chunk, _, done) {
      chunks.push(chunk)
      setImmediate(done)
    },
  })
  return { to, text: () => Buffer.concat(chunks).toString() }
}

/** A disk that is full after so many bytes. */
function full(bytes: number): Writable {
  let taken = 0
  return new Writable({
    write(chunk, _, done) {
      taken += chunk.length
      done(taken > bytes ? new Error('no space left') : null)
    },
  })
}

const rows = (count: number) => sql`select n, null as nothing, ${'a,"b'} as text from generate_series(1, ${count}) n`

describe('copyOut', () => {
  it('writes all rows, from a transaction and from the pool', async () => {
    const [one, other] = [kept(), kept()]
    await transaction(db(), async (tx) => copyOut(tx, rows(5000), one.to))
    await copyOut(db(), rows(5000), other.to)
    expect(one.text().split('\n').slice(0, 2)).toEqual(['1,,"a,""b"', '2,,"a,""b"'])
    expect(one.text().split('\n').length).toBe(5001)
    expect(other.text()).toBe(one.text())
  })

  it.each([0, 100_000])(
    'tells that nothing can be written after %i bytes, and the transaction goes on',
    async (bytes) => {
      const after = await transaction(db(), async (tx) => {
        await expect(copyOut(tx, rows(300_000), full(bytes))).rejects.toThrow('no space left')
        return (await tx.client.query('select 1 as one')).rows
      })
      expect(after).toEqual([{ one: 1 }])
    },
  )

  it('tells what PostgreSQL refuses, while rows are on their way too, and closes the stream', async () => {
    const { to } = kept()
    const refused = transaction(db(), async (tx) =>
      copyOut(tx, sql`select 1 / (99999 - n) from generate_series(1, 200000) n`, to),
    )
    await expect(refused).rejects.toMatchObject({ code: '22012' })
    expect(to.destroyed).toBe(true)
    expect((await db().pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })
})
