// Runs commands as `tollbook` does, within the test's process: its database, its clock, its output as text.

import type { Db } from '@tollbook/db'
import type { Clock } from '@tollbook/kernel'
import { loadConfig } from '@tollbook/runtime'
import { expect } from 'vitest'
import type { Surroundings } from '../command.ts'
import { runCommand } from '../run-command.ts'

export type Run = { code: number; out: string; err: string; opened: number; closed: number }

type World = { readonly db: { (): Db; url(): string }; readonly clock: Clock; readonly folder: string }

/** Words may be one text, split at blanks, or a list where some hold blanks. Every database opened must be closed. */
export function commandRunner({ db, clock, folder }: World) {
  async function tollbook(words: string | readonly string[], changes: Partial<Surroundings> = {}): Promise<Run> {
    const run: Run = { code: -1, out: '', err: '', opened: 0, closed: 0 }
    const around: Surroundings = {
      config: loadConfig({ TOLLBOOK_DATA_DIR: folder, INIT_CWD: folder }),
      clock,
      out: (text) => {
        run.out += text
      },
      err: (text) => {
        run.err += text
      },
      tty: { out: false, err: false },
      readStdin: async () => '',
      stdinLines: async function* () {},
      openDatabase: async () => {
        run.opened++
        const close = async () => void run.closed++
        return { db: db(), url: db.url(), isNew: false, close }
      },
      ...changes,
    }
    run.code = await runCommand(typeof words === 'string' ? words.split(' ').filter((w) => w !== '') : words, around)
    expect(run.closed).toBe(run.opened)
    return run
  }

  /** Standard output is one JSON object on one line. */
  async function json(words: string | readonly string[], changes: Partial<Surroundings> = {}) {
    const asked = typeof words === 'string' ? `${words} --json` : [...words, '--json']
    const run = await tollbook(asked, changes)
    expect(run.out.trim().split('\n')).toHaveLength(1)
    return { ...run, answer: JSON.parse(run.out) as Record<string, unknown> }
  }

  return { tollbook, json }
}
