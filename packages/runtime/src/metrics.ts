// What a process measures, in the text format of Prometheus (version 0.0.4). Knows no HTTP and no database: families of
// samples are handed in, and durations are counted into classes.

/** One family: its samples share name, kind and meaning. */
export type MetricFamily = {
  readonly name: string
  readonly help: string
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly samples: readonly MetricSample[]
}

export type MetricSample = {
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
  /** Of a histogram: `_bucket`, `_sum`, `_count`. */
  readonly suffix?: string
}

/** The families as one page of text. */
export function metricsText(families: readonly MetricFamily[]): string {
  return families
    .map(({ name, help, kind, samples }) => {
      const lines = samples.map(({ labels, value, suffix = '' }) => `${name}${suffix}${labelsText(labels)} ${value}`)
      return [`# HELP ${name} ${help.replaceAll('\n', ' ')}`, `# TYPE ${name} ${kind}`, ...lines, ''].join('\n')
    })
    .join('')
}

function labelsText(labels: MetricSample['labels']): string {
  const told = Object.entries(labels ?? {}).map(([name, value]) => `${name}="${escaped(value)}"`)
  return told.length === 0 ? '' : `{${told.join(',')}}`
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

/** Seconds; pages should be within the fourth. */
const CLASSES = [0.005, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const
/** Label sets beyond it are counted together: what asks for made-up addresses does not fill the memory. */
const MOST_SERIES = 500

type Series = {
  readonly labels: Readonly<Record<string, string>>
  readonly within: number[]
  sum: number
  count: number
}

/** Durations by label set. */
export type Durations = {
  observe(labels: Readonly<Record<string, string>>, seconds: number): void
  family(name: string, help: string): MetricFamily
}

export function createDurations(): Durations {
  const all = new Map<string, Series>()
  const seriesOf = (labels: Readonly<Record<string, string>>): Series => {
    const key = JSON.stringify(labels)
    const known = all.get(key)
    if (known) return known
    if (all.size >= MOST_SERIES) {
      const other = Object.fromEntries(Object.keys(labels).map((name) => [name, 'other']))
      const key = JSON.stringify(other)
      const rest = all.get(key) ?? newSeries(other)
      all.set(key, rest)
      return rest
    }
    const made = newSeries(labels)
    all.set(key, made)
    return made
  }
  return {
    observe(labels, seconds) {
      const series = seriesOf(labels)
      const at = CLASSES.findIndex((limit) => seconds <= limit)
      if (at >= 0) series.within[at]! += 1
      series.sum += seconds
      series.count += 1
    },
    family: (name, help) => ({ name, help, kind: 'histogram', samples: [...all.values()].flatMap(samplesOf) }),
  }
}

function newSeries(labels: Readonly<Record<string, string>>): Series {
  return { labels, within: CLASSES.map(() => 0), sum: 0, count: 0 }
}

/** Classes of Prometheus hold all that is faster, too. */
function samplesOf({ labels, within, sum, count }: Series): MetricSample[] {
  let up = 0
  const buckets = CLASSES.map((limit, i) => {
    up += within[i]!
    return { suffix: '_bucket', labels: { ...labels, le: String(limit) }, value: up }
  })
  return [
    ...buckets,
    { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
    { suffix: '_sum', labels, value: sum },
    { suffix: '_count', labels, value: count },
  ]
}

/** Memory, processor time, open handles and age of this process, by the names every dashboard knows. */
export function processFamilies(nowMs: number): MetricFamily[] {
  const { rss, heapUsed } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  const gauge = (name: string, help: string, value: number): MetricFamily => ({
    ...{ name, help, kind: 'gauge' },
    samples: [{ value }],
  })
  return [
    {
      name: 'process_cpu_seconds_total',
      help: 'Processor time of the api, user and system.',
      kind: 'counter',
      samples: [{ value: (user + system) / 1e6 }],
    },
    gauge('process_resident_memory_bytes', 'Memory of the api in RAM.', rss),
    gauge('nodejs_heap_size_used_bytes', 'Objects of the api.', heapUsed),
    gauge('process_start_time_seconds', 'When the api started, seconds since 1970.', nowMs / 1000 - process.uptime()),
  ]
}
