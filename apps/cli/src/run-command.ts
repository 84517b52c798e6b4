// One command from its words to its exit code: find it, read its options, give it what it needs, print what it answers.
// With --json standard output is exactly one object, also when the command fails.

import { parseArgs } from 'node:util'
import type { Db } from '@tollbook/db'
import { type Tenant, tenantBySlug } from '@tollbook/directory'
import { type Answer, type Args, type Command, CommandError, type Surroundings, UsageError } from './command.ts'
import { COMMANDS } from './commands.ts'
import { MAIN_TENANT, provision } from './provision.ts'
import { colours } from './text.ts'

/** Exit codes: 0 done, 1 failed, 2 wrong usage. */
export async function runCommand(argv: readonly string[], around: Surroundings): Promise<number> {
  const json = argv.includes('--json')
  try {
    const { command, args } = await parseCommand(argv)
    const answer: Answer =
      args.options.help === true
        ? { json: { help: command.help }, text: command.help }
        : await runWithNeeds(command, args, around)
    print(answer, json, around)
    return answer.failed === true ? 1 : 0
  } catch (error) {
    const usage = error instanceof UsageError
    const details = error instanceof CommandError ? error.details : {}
    if (json)
      around.out(`${JSON.stringify({ error: { kind: kindOf(error), message: messageOf(error), ...details } })}\n`)
    else around.err(`${colours(around.config.colour && around.tty.err).red(messageOf(error))}\n`)
    if (usage && !json) around.err(`Try: ${helpFor(argv)}\n`)
    if (!usage && around.config.logLevel === 'debug') around.err(`${(error as Error).stack ?? ''}\n`)
    return usage ? 2 : 1
  }
}

/** Help on the command that was meant, where it can be told. */
function helpFor(argv: readonly string[]): string {
  const [first = '', second = ''] = argv.filter((word) => word !== '--json')
  const name = [`${first} ${second}`, first].find((words) => Object.hasOwn(COMMANDS, words))
  return name === undefined ? 'tollbook help' : `tollbook help ${name}`
}

/** The command comes first, in one word or two; options and further words follow in any order. */
async function parseCommand(argv: readonly string[]): Promise<{ command: Command; args: Args }> {
  const [first = 'help', second = '', ...rest] = argv[0] === '--json' ? [...argv.slice(1), '--json'] : argv
  const alone = ALONE[first]
  const two = `${first} ${second}`
  const name = alone ?? (Object.hasOwn(COMMANDS, two) ? two : first)
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!load) throw new UsageError(unknown(first))
  const command = await load()
  const options = { ...command.options, ...COMMON, ...(command.needs === 'tenant' ? TENANT : {}) }
  const given = name === two || second === '' ? rest : [second, ...rest]
  if (command.passesWordsOn && given[0] !== '--help' && given[0] !== '-h') {
    return { command, args: { options: {}, words: given.filter((word) => word !== '--json') } }
  }
  try {
    const { values, positionals } = parseArgs({ args: given, options, allowPositionals: true })
    return { command, args: { options: values as Args['options'], words: positionals } }
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

const COMMON = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const
const TENANT = { tenant: { type: 'string' } } as const
/** Options that may stand alone, as people expect of any command. */
const ALONE: Readonly<Record<string, string>> = {
  '--version': 'version',
  '-v': 'version',
  '--help': 'help',
  '-h': 'help',
  '--json': 'help',
}

function unknown(word: string): string {
  const verbs = Object.keys(COMMANDS).filter((name) => name.startsWith(`${word} `))
  if (verbs.length > 0) return `"${word}" needs one of: ${verbs.map((v) => v.slice(word.length + 1)).join(', ')}`
  return `There is no command "${word}". There are: ${Object.keys(COMMANDS).join(', ')}`
}

async function runWithNeeds(command: Command, args: Args, around: Surroundings): Promise<Answer> {
  if (command.needs === 'nothing') return command.run(args, around)
  const open = await around.openDatabase(command.help.slice(0, command.help.indexOf(' ')))
  try {
    const { db } = open
    if (command.needs === 'database') return await command.run(args, { ...around, db })
    const tenant = await tenantFor(args, around, open.db)
    return await command.run(args, { ...around, db, tenant })
  } finally {
    await open.close()
  }
}

async function tenantFor(args: Args, around: Surroundings, db: Db): Promise<Tenant> {
  const slug = typeof args.options.tenant === 'string' ? args.options.tenant : MAIN_TENANT
  // A command may be the first to touch a database: then it makes what `npm start` would have made.
  if (slug === MAIN_TENANT && !(await tenantBySlug(db, slug))) await provision(db, around.clock)
  const tenant = await tenantBySlug(db, slug)
  if (!tenant) throw new CommandError('no-tenant', `There is no tenant "${slug}".`)
  return tenant
}

function print(answer: Answer, json: boolean, around: Surroundings): void {
  if (answer.streamed === true || (!json && answer.text === '')) return
  around.out(json ? `${JSON.stringify(answer.json)}\n` : `${answer.text.trimEnd()}\n`)
}

const KINDS: Readonly<Record<string, string>> = {
  UsageError: 'usage',
  ConfigError: 'configuration',
  NoDatabaseError: 'no-database',
  EmbeddedServerError: 'no-database',
}

function kindOf(error: unknown): string {
  if (error instanceof CommandError) return error.kind
  return (error instanceof Error ? KINDS[error.name] : undefined) ?? 'failed'
}

function messageOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : String(error)
}
