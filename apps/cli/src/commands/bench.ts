// tollbook bench: the one door to every benchmark. A benchmark is packages/ROOM/bench/NAME.bench.ts; it prints one JSON
// object with its figures and the baseline it measured beside them. The machine is added here.

import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { basename, join } from 'node:path'
import { type Answer, type Args, type Command, CommandError, type Surroundings, UsageError } from '../command.ts'
import { grouped, pairs } from '../text.ts'

export const benchCommand: Command = {
  needs: 'nothing',
  help: `bench runs one benchmark and prints its figures; without a name it lists them.

  tollbook bench [NAME [WORD…]] [--json]

Words and options after the name go to the benchmark.`,
  options: {},
  passesWordsOn: true,
  run,
}

async function run(args: Args, around: Surroundings): Promise<Answer> {
  const [name, ...words] = args.words
  const found = benchmarks(around.config.rootDir)
  const names = [...found.keys()].sort()
  if (name === undefined) return { json: { benchmarks: names }, text: `Benchmarks: ${names.join(', ')}` }
  const file = found.get(name)
  if (file === undefined) throw new UsageError(`There is no benchmark "${name}". There are: ${names.join(', ')}`)
  const figures = parseFigures(name, await runChild(file, words, around))
  const answer = { benchmark: name, ...figures, machine: figures.machine ?? machine() }
  return { json: answer, text: pairs(flatten(answer)) }
}

function benchmarks(rootDir: string): Map<string, string> {
  const files = globSync(['packages/*/bench/*.bench.ts', 'apps/*/bench/*.bench.ts'], { cwd: rootDir })
  return new Map(files.map((file) => [basename(file, '.bench.ts'), join(rootDir, file)]))
}

/** Its standard output, whole; what it says on standard error is passed on. Exits like any program when it fails. */
function runChild(file: string, words: readonly string[], { config, err }: Surroundings): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [file, ...words, '--json'], {
      cwd: config.rootDir,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    child.stdout.on('data', (chunk) => {
      out += String(chunk)
    })
    child.stderr.on('data', (chunk) => err(String(chunk)))
    child.on('error', fail)
    child.on('close', (code) => {
      if (code === 0) done(out)
      else fail(new CommandError('bench-failed', `The benchmark ended with exit code ${code}.`))
    })
  })
}

function parseFigures(name: string, out: string): Record<string, unknown> {
  try {
    const figures: unknown = JSON.parse(out.trim().split('\n').at(-1) ?? '')
    if (typeof figures === 'object' && figures !== null && !Array.isArray(figures)) return { ...figures }
  } catch {
    // Falls through: an unreadable answer is told like a wrong one.
  }
  throw new CommandError('bench-failed', `The benchmark "${name}" did not print a JSON object as its last line.`)
}

function machine(): Record<string, string | number> {
  const all = cpus()
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memory_gb: Math.round(totalmem() / 1e9),
    platform: `${process.platform}-${process.arch}`,
    node: process.versions.node,
  }
}

function flatten(value: object, prefix = ''): [string, string][] {
  return Object.entries(value).flatMap(([key, v]): [string, string][] => {
    if (typeof v === 'object' && v !== null) return flatten(v, `${prefix}${key} `)
    return [[prefix + key.replaceAll('_', ' '), typeof v === 'number' && v >= 10_000 ? grouped(v) : String(v)]]
  })
}
