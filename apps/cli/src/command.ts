// What a command is: what it may be told, what it needs, what it answers. Reads no argument and writes no line itself.

import type { ParseArgsConfig } from 'node:util'
import type { Db } from '@tollbook/db'
import type { Tenant } from '@tollbook/directory'
import type { Clock } from '@tollbook/kernel'
import type { Config } from '@tollbook/runtime'
import type { OpenDatabase } from './open-database.ts'

/** The world around a command, handed in so that a test can be that world. */
export type Surroundings = {
  readonly config: Config
  readonly clock: Clock
  /** Standard output: results only. */
  readonly out: (text: string) => void
  /** Standard error: progress and complaints. */
  readonly err: (text: string) => void
  /** Whether each of the two is a terminal. */
  readonly tty: { readonly out: boolean; readonly err: boolean }
  /** What was piped in; empty when nothing was. */
  readonly readStdin: () => Promise<string>
  /** The same line by line, however much it is. */
  readonly stdinLines: () => AsyncIterable<string>
  /** Work for when a signal ends the command, before its database is closed. */
  readonly onStop?: (work: () => Promise<void>) => void
  readonly openDatabase: (purpose: string) => Promise<OpenDatabase>
}

export type DatabaseSurroundings = Surroundings & { readonly db: Db }
export type TenantSurroundings = DatabaseSurroundings & { readonly tenant: Tenant }

/** Options by name and the words between them. A string option given twice keeps the last. */
export type Args = {
  readonly options: Readonly<Record<string, string | boolean | undefined>>
  readonly words: readonly string[]
}

/**
 * What a command has to say: an object for programs, text for people. `failed` makes the exit code 1; `streamed` says that
 * it has written its lines to standard output already, and nothing is to follow them.
 */
export type Answer = {
  readonly json: object
  readonly text: string
  readonly failed?: boolean
  readonly streamed?: boolean
}

type Described = {
  /** First line: one sentence. Then usage, options and an example. */
  readonly help: string
  readonly options: NonNullable<ParseArgsConfig['options']>
  /** All words after its name are for somebody else, options too. */
  readonly passesWordsOn?: boolean
}

export type Command = Described &
  (
    | { readonly needs: 'nothing'; run(args: Args, around: Surroundings): Promise<Answer> }
    | { readonly needs: 'database'; run(args: Args, around: DatabaseSurroundings): Promise<Answer> }
    | { readonly needs: 'tenant'; run(args: Args, around: TenantSurroundings): Promise<Answer> }
  )

/** Wrong usage: exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** An expected failure, by its kind: exit code 1. */
export class CommandError extends Error {
  override name = 'CommandError'
  readonly kind: string
  /** What --json says besides kind and message. */
  readonly details: object
  constructor(kind: string, message: string, details: object = {}) {
    super(message)
    this.kind = kind
    this.details = details
  }
}

/** The text of an option that must be given. */
export function required(args: Args, name: string): string {
  const value = args.options[name]
  if (typeof value !== 'string' || value === '') throw new UsageError(`--${name} is missing`)
  return value
}

/** The text of an option, undefined when it was not given. */
export function optional(args: Args, name: string): string | undefined {
  const value = args.options[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
