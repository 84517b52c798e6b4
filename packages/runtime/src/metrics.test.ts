// The text Prometheus reads: names, labels with whatever is in them, classes that hold all that is faster.

import { expect, it } from 'vitest'
import { createDurations, metricsText, processFamilies } from './metrics.ts'

it('tells families with labels escaped', () => {
  const samples = [{ labels: { name: 'a "b"\\\nc' }, value: 1.5 }, { value: 2 }]
  expect(metricsText([{ name: 'x_total', help: 'What\nit is.', kind: 'counter', samples }])).toBe(
    '# HELP x_total What it is.\n# TYPE x_total counter\nx_total{name="a \\"b\\"\\\\\\nc"} 1.5\nx_total 2\n',
  )
})

it('counts durations into classes, each with all that were faster', () => {
  const durations = createDurations()
  for (const seconds of [0.001, 0.09, 0.1, 99]) durations.observe({ route: '/x' }, seconds)
  const text = metricsText([durations.family('d', 'Durations.')])
  expect(text).toContain('d_bucket{route="/x",le="0.005"} 1\n')
  expect(text).toContain('d_bucket{route="/x",le="0.05"} 1\n')
  expect(text).toContain('d_bucket{route="/x",le="0.1"} 3\n')
  expect(text).toContain('d_bucket{route="/x",le="10"} 3\n')
  expect(text).toContain('d_bucket{route="/x",le="+Inf"} 4\n')
  expect(text).toContain('d_count{route="/x"} 4\n')
})

it('holds a bounded number of label sets, however many are made up', () => {
  const durations = createDurations()
  for (let i = 0; i < 2_000; i++) durations.observe({ route: `/${i}` }, 1)
  const counts = durations.family('d', 'Durations.').samples.filter((s) => s.suffix === '_count')
  expect(counts.length).toBe(501)
  expect(counts.find((s) => s.labels?.route === 'other')?.value).toBe(1_500)
})

it('tells of its own process', () => {
  const text = metricsText(processFamilies(1_800_000_000_000))
  expect(text).toMatch(/^process_resident_memory_bytes \d{6,}$/m)
})
