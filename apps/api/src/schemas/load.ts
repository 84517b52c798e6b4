// Load of trunks on the wire.

import { z } from '@hono/zod-openapi'
import type * as wire from '../wire-load.ts'
import { Instant } from './values.ts'

const count = z.int().min(0)
/** Peaks are exact to the microsecond. */
const Exact = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3,6}Z$/)
const BusyHour = z.object({ at: Instant, erlangs: z.number(), seizures: count }).nullable()

const figures = {
  peak: count,
  peakAt: Exact.nullable(),
  talkPeak: count,
  seizures: count,
  cps: count,
  congested: count,
  erlangHours: z.number(),
  talkErlangHours: z.number(),
  erlangs: z.number(),
  busyHour: BusyHour,
}

const limits = {
  capacity: count.nullable(),
  utilisation: z.number().nullable(),
  limitSeconds: z.number().nullable(),
  metFull: count.nullable(),
  offered: z.number().nullable(),
  blocking: z.number().nullable(),
  channelsNeeded: count.nullable(),
}

const mean = { erlangs: z.number(), seizures: z.number() }

export const TrunkLoad = z
  .object({
    from: Instant,
    to: Instant,
    zone: z.string(),
    target: z.number(),
    all: z.object({ ...figures, ...limits }),
    trunks: z.array(z.object({ id: z.int().nullable(), name: z.string(), ...figures, ...limits })).readonly(),
    sources: z.array(z.object({ id: z.int(), name: z.string(), ...figures })).readonly(),
    chosen: z.object({
      trunk: z.string(),
      busyHours: z.object({
        fixed: BusyHour,
        sliding: BusyHour,
        timeConsistent: z.object({ clock: z.int(), ...mean }).nullable(),
        dailyPeaks: z.object({ days: count, ...mean }).nullable(),
      }),
      hours: z.array(z.object({ clock: z.int(), erlangs: z.number(), peak: count })).readonly(),
      series: z.object({
        seconds: z.int(),
        points: z
          .array(z.object({ at: Instant, peak: count, average: z.number(), limitSeconds: z.number() }))
          .readonly(),
      }),
    }),
  })
  .openapi('TrunkLoad', { example: example() }) satisfies z.ZodType<wire.TrunkLoad>

function example(): wire.TrunkLoad {
  const busyHour = { at: '2026-11-19T10:00:00.000Z', erlangs: 24.9, seizures: 512 }
  const load = {
    ...{ peak: 30, peakAt: '2026-11-19T10:42:07.000Z', talkPeak: 28, seizures: 4100, cps: 4, congested: 86 },
    ...{ erlangHours: 174.2, talkErlangHours: 150.1, erlangs: 7.3, busyHour },
  }
  const limit = {
    ...{ capacity: 30, utilisation: 83, limitSeconds: 860, metFull: 86 },
    ...{ offered: 27.3, blocking: 8.8, channelsNeeded: 39 },
  }
  return {
    ...{ from: '2026-11-19T00:00:00.000Z', to: '2026-11-20T00:00:00.000Z', zone: 'Europe/Dublin', target: 1 },
    all: { ...load, ...limit, limitSeconds: null },
    trunks: [{ id: 5, name: 'Northlink', ...load, ...limit }],
    sources: [{ id: 1, name: 'pbx-dub1', ...load }],
    chosen: {
      trunk: '5',
      busyHours: {
        fixed: busyHour,
        sliding: { at: '2026-11-19T10:38:00.000Z', erlangs: 25.2, seizures: 530 },
        timeConsistent: { clock: 10, erlangs: 24.9, seizures: 512 },
        dailyPeaks: { days: 1, erlangs: 24.9, seizures: 512 },
      },
      hours: [{ clock: 10, erlangs: 24.9, peak: 30 }],
      series: {
        seconds: 120,
        points: [{ at: '2026-11-19T10:42:00.000Z', peak: 30, average: 29.4, limitSeconds: 113 }],
      },
    },
  }
}
