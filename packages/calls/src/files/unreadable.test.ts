import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openRecordFile } from './record-file.ts'
import { unreadable } from './unreadable.ts'

const folder = mkdtempSync(join(tmpdir(), 'tollbook-unreadable-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a forbidden file: who may not read it, and what to type', async () => {
  const path = join(folder, 'Master.csv')
  writeFileSync(path, '')
  const { kind, reason } = await unreadable(path, Object.assign(new Error(), { code: 'EACCES' }))
  const user = userInfo().username
  expect(kind).toBe('forbidden')
  expect(reason).toContain(`Tollbook runs as ${user}, who may not read it: sudo setfacl -m u:${user}:r ${path}`)
})

test('what is not there, a folder, a file in place of a folder', async () => {
  const refused = async (path: string) => {
    const file = await openRecordFile(path)
    return file.ok ? undefined : `${file.error.kind}: ${file.error.reason}`
  }
  expect(await refused(join(folder, 'none'))).toBe('no-file: the file is not there')
  expect(await refused(folder)).toBe('unreadable: it is a folder')
  expect(await refused(join(folder, 'Master.csv', 'x'))).toBe('no-file: a part of its path is a file and no folder')
})
