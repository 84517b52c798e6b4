// tollbook help: what there is, and what each command takes.

import { type Answer, type Args, type Command, UsageError } from '../command.ts'
import { table } from '../text.ts'

type Commands = Readonly<Record<string, () => Promise<Command>>>

/** The command that explains `commands`, itself among them. */
export function helpOn(commands: Commands): Command {
  return {
    needs: 'nothing',
    help: `help shows the commands, or one of them.

  tollbook help [COMMAND]`,
    options: {},
    run: ({ words }: Args) => (words.length === 0 ? all(commands) : one(commands, words.join(' '))),
  }
}

async function all(commands: Commands): Promise<Answer> {
  const entries: { name: string; summary: string }[] = []
  for (const [name, load] of Object.entries(commands)) {
    const { help } = await load()
    entries.push({ name, summary: help.slice(name.length + 1, help.indexOf('\n')).trim() })
  }
  const text = [
    'Tollbook: call analytics and billing for Asterisk.',
    '',
    'From the checkout:  npm run -s tollbook -- COMMAND …',
    '',
    table(
      [{ title: 'command' }, { title: '' }],
      entries.map((e) => [e.name, e.summary]),
    ),
    '',
    'More on one:  tollbook help COMMAND.  Every command takes --json: one object on standard output.',
    'Exit codes: 0 done, 1 failed, 2 wrong usage, 130 cut off by a signal.',
  ].join('\n')
  return { json: { commands: entries }, text }
}

async function one(commands: Commands, wanted: string): Promise<Answer> {
  const names = Object.keys(commands).filter((name) => name === wanted || name.startsWith(`${wanted} `))
  if (names.length === 0) throw new UsageError(`There is no command "${wanted}".`)
  const helps = await Promise.all(names.map(async (name) => (await commands[name]!()).help))
  return { json: { help: helps.join('\n\n') }, text: helps.join('\n\n') }
}
