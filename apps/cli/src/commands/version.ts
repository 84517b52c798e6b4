// tollbook version: of Tollbook and of what it runs on.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Answer, Args, Command, Surroundings } from '../command.ts'

export const versionCommand: Command = {
  needs: 'nothing',
  help: `version of Tollbook and of the Node it runs on.

  tollbook version [--json]`,
  options: {},
  run,
}

async function run(_args: Args, { config }: Surroundings): Promise<Answer> {
  const { version } = JSON.parse(await readFile(join(config.rootDir, 'package.json'), 'utf8')) as { version: string }
  const node = process.versions.node
  const platform = `${process.platform}-${process.arch}`
  return { json: { version, node, platform }, text: `tollbook ${version} (Node ${node}, ${platform})` }
}
