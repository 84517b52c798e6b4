// The recordings under packages/testkit/recorded: bytes of real PBXs, by path.

import { readdirSync, readFileSync } from 'node:fs'

const ROOT = new URL('../recorded/', import.meta.url)

/** The bytes of one recording, e.g. `recorded('asterisk-22/scenarios/answered.ami')`. */
export function recorded(path: string): Buffer {
  return readFileSync(new URL(path, ROOT))
}

/** Names of the recorded scenarios of one version: those with both an `.ami` and a `.master.csv`. */
export function recordedScenarios(version: 'asterisk-22' | 'asterisk-16'): string[] {
  const files = readdirSync(new URL(`${version}/scenarios/`, ROOT))
  return files.filter((f) => f.endsWith('.ami')).map((f) => f.slice(0, -'.ami'.length))
}

/** Names of the files in a folder of recordings. */
export function recordedFiles(folder: string): string[] {
  return readdirSync(new URL(`${folder}/`, ROOT)).sort()
}
