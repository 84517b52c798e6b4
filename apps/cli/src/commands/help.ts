// tollbook help: what there is, and what each command takes.

import { type Answer, type Args, type Command, UsageError } from '../command.ts'
import { COMMANDS } from '../commands.ts'
import { table } from '../text.ts'

export const helpCommand: Command = {
  needs: 'nothing',
  help: `help shows the commands, or one of them.

  tollbook help [COMMAND]`,
  options: {},
  run,
}

async function run(args: Args): Promise<Answer> {
  const wanted = args.words.join(' ')
  if (wanted !== '') return one(wanted)
  const entries: { name: string; summary: string }[] = []
  for (const [name, load] of Object.entries(COMMANDS)) {
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
    'Exit codes: 0 done, 1 failed, 2 wrong usage.',
  ].join('\n')
  return { json: { commands: entries }, text }
}

async function one(wanted: string): Promise<Answer> {
  const names = Object.keys(COMMANDS).filter((name) => name === wanted || name.startsWith(`${wanted} `))
  if (names.length === 0) throw new UsageError(`There is no command "${wanted}".`)
  const helps = await Promise.all(names.map(async (name) => (await COMMANDS[name]!()).help))
  return { json: { help: helps.join('\n\n') }, text: helps.join('\n\n') }
}
