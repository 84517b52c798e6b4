// A console command through AMI: `Action: Command`, and its output in the forms of old and new versions.

import { ok, type Result } from '@tollbook/kernel'
import type { AmiFailure } from './ami-failure.ts'
import type { AmiMessage } from './ami-message.ts'
import type { AmiSession } from './ami-target.ts'

export type CommandOutput = {
  /** False for an unknown command, or one that may not be used: the output says so. */
  readonly accepted: boolean
  readonly lines: readonly string[]
}

/** Needs `write = command`, which amounts to a shell: for people who try things, not for a collector. */
export async function runCommand(
  session: Pick<AmiSession, 'action'>,
  command: string,
): Promise<Result<CommandOutput, AmiFailure>> {
  const answer = await session.action('Command', { Command: command })
  return answer.ok ? ok(commandOutput(answer.value)) : answer
}

/** Output of a Command response. An unknown command is `Response: Error`, with its output all the same. */
export function commandOutput(response: AmiMessage): CommandOutput {
  // Before 14: text as it is behind the headers, its lines ended by LF, up to a line of its own.
  if (response.name === 'Follows') return { accepted: true, lines: linesOfText(response) }
  const output = response.all('Output')
  const message = response.get('Message')
  const lines = output.length > 0 || response.name === 'Success' || message === undefined ? output : [message]
  return { accepted: response.name === 'Success', lines }
}

function linesOfText(response: AmiMessage): string[] {
  const text = response.raw.toString('utf8').replace(/^(?:(?:Response|Privilege|ActionID|Message): [^\r\n]*\r\n)+/, '')
  const end = text.indexOf('--END COMMAND--')
  const lines = (end < 0 ? text : text.slice(0, end)).split(/\r?\n/)
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}
