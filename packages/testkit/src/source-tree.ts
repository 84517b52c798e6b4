// The repository's own sources, read as text, for the tests that hold the house to its rules.

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '../../..')

export type SourceFile = {
  /** Path from the root of the repository, with "/". */
  readonly path: string
  /** "packages/calls", "apps/api". */
  readonly room: string
  readonly text: string
  readonly isTest: boolean
}

/** Every .ts, .tsx file of packages and apps. Benches and dev mocks count as tests: they may use what tests use. */
export function sourceFiles(): SourceFile[] {
  return ['packages', 'apps'].flatMap((top) =>
    readdirSync(join(ROOT, top)).flatMap((name) =>
      walk(join(ROOT, top, name)).map((file) => {
        const path = relative(ROOT, file).replaceAll('\\', '/')
        const isTest = /\.test\.tsx?$|\/bench\/|\/mock\/|\/testing\/|^packages\/testkit\//.test(path)
        return { path, room: `${top}/${name}`, text: readFileSync(file, 'utf8'), isTest }
      }),
    ),
  )
}

function walk(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    if (name === 'node_modules' || name === 'dist') return []
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return walk(path)
    return /\.tsx?$/.test(name) && !name.endsWith('.d.ts') ? [path] : []
  })
}

/** What a file imports: names of our packages, and paths (from the root) of files beside it. Types count too. */
export function importsOf(file: SourceFile): { packages: { name: string; typeOnly: boolean }[]; files: string[] } {
  const packages: { name: string; typeOnly: boolean }[] = []
  const files: string[] = []
  const statement =
    /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/g
  for (const m of file.text.matchAll(statement)) {
    const from = m[3] ?? m[4]!
    const ours = /^@tollbook\/([a-z]+)/.exec(from)
    if (ours) packages.push({ name: ours[1]!, typeOnly: m[2] !== undefined })
    else if (from.startsWith('.'))
      files.push(relative(ROOT, resolve(ROOT, dirname(file.path), from)).replaceAll('\\', '/'))
  }
  return { packages, files }
}
