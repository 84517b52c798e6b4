// With which flags and variables of Node and the C library a process is started, so that its memory stays within bounds.

export type NodeLimits = { readonly flags: readonly string[]; readonly env: Readonly<Record<string, string>> }

/**
 * Ingest holds a batch at a time and makes much garbage: without limits V8 and malloc keep 100 MB of it for later. Measured
 * at 10,000 Cdr/s with seven channel events each: 420 MB at most without these, 210 to 270 with.
 */
const INGEST: NodeLimits = {
  // A heap that may not become large is let grow in small steps.
  flags: ['--max-semi-space-size=8', '--max-old-space-size=512'],
  // Blocks of half a megabyte go back to the system at once instead of leaving holes.
  env: { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' },
}

const NONE: NodeLimits = { flags: [], env: {} }

/** Of the process `name` ("api", "worker", "ingest"). */
export function nodeLimits(name: string): NodeLimits {
  return name === 'ingest' ? INGEST : NONE
}
