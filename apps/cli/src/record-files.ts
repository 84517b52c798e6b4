// Which files an import takes: those named, and of a folder those that hold records, oldest first, without the copies
// Asterisk keeps of each account's rows. Looks at every file before anything is imported.

import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { openRecordFile } from '@tollbook/calls/files'
import { CommandError } from './command.ts'

export type RecordFiles = {
  readonly paths: readonly string[]
  /** Files of a folder that are passed over, and why. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[]
}

/** A slip in the last name must not leave half of the files behind: all must be good before the first is imported. */
export async function recordFiles(words: readonly string[], columns: string | undefined): Promise<RecordFiles> {
  const paths: string[] = []
  const skipped: { file: string; reason: string }[] = []
  for (const path of words) {
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => error)
    if (found instanceof Error) throw new CommandError('no-file', `${path} cannot be read (${found.code}).`)
    if (found.isDirectory()) {
      const inside = await ofFolder(path, columns)
      if (inside.paths.length === 0) throw new CommandError('no-file', `${path} is a folder without files of records.`)
      paths.push(...inside.paths)
      skipped.push(...inside.skipped)
      continue
    }
    if (!found.isFile()) throw new CommandError('no-file', `${path} is no file.`)
    const refusal = await refusalOf(path, columns)
    if (refusal !== undefined) throw new CommandError(refusal.kind, `${basename(path)}: ${refusal.reason}`)
    paths.push(path)
  }
  return { paths, skipped }
}

async function ofFolder(folder: string, columns: string | undefined): Promise<RecordFiles> {
  const entries = await readdir(folder, { withFileTypes: true })
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async ({ name }) => ({ name, atMs: (await stat(join(folder, name))).mtimeMs })),
  )
  files.sort((a, b) => a.atMs - b.atMs || (a.name < b.name ? -1 : 1))
  const hasMaster = files.some(({ name }) => /^Master\b/.test(name))
  const paths: string[] = []
  const skipped: { file: string; reason: string }[] = []
  for (const { name } of files) {
    const path = join(folder, name)
    const isCopy = hasMaster && /\.csv(\.|-|$)/.test(name) && !/^Master\b/.test(name) && (await isCdr(path))
    const refusal = isCopy ? { kind: 'copy', reason: COPY } : await refusalOf(path, columns)
    if (refusal === undefined) paths.push(path)
    else skipped.push({ file: name, reason: refusal.reason })
  }
  return { paths, skipped }
}

const COPY = 'a copy Asterisk keeps of one account’s rows (accountlogs); they are in Master.csv too'

async function isCdr(path: string): Promise<boolean> {
  const file = await openRecordFile(path)
  if (!file.ok) return false
  await file.value.close()
  return file.value.kind === 'cdr'
}

async function refusalOf(path: string, columns: string | undefined) {
  const file = await openRecordFile(path, columns)
  if (!file.ok) return file.error
  await file.value.close()
  return undefined
}
