// Where a command leaves what it made: in a file that --out names, else on standard output.

import { createWriteStream } from 'node:fs'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CommandError, type Surroundings } from './command.ts'

/** Writes pieces into a file and answers its path; a file that is there is replaced. */
export async function writeFilePieces(
  file: string,
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  { config }: Surroundings,
): Promise<string> {
  const path = resolve(config.invokedFrom, file)
  await pipeline(Readable.from(pieces), createWriteStream(path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined || error.syscall === undefined) throw error
    throw new CommandError('no-file', `${path} cannot be written (${error.code}).`)
  })
  return path
}
