// Load of trunks as it travels: channels in use, busy hours, how many are needed. Types alone; the room stats fills them.

export type BusyHourAt = { readonly at: string; readonly erlangs: number; readonly seizures: number }

/** Figures of a trunk, a source, or all trunks together. */
export type LoadFigures = {
  /** Most channels taken at once, and when first (to the microsecond). */
  readonly peak: number
  readonly peakAt: string | null
  /** Most channels in conversation at once. */
  readonly talkPeak: number
  readonly seizures: number
  /** Most seizures in one second of the clock. */
  readonly cps: number
  /** Of the seizures, those that ended with cause 34, 38, 42 or 44. */
  readonly congested: number
  /** Σ taken time and Σ conversation, in Erlang hours. */
  readonly erlangHours: number
  readonly talkErlangHours: number
  /** Mean over the time that has been. */
  readonly erlangs: number
  /** The hour of the clock that carried most; its seizures are the BHCA. */
  readonly busyHour: BusyHourAt | null
}

/** What a number of channels makes of it; null where the number is unknown or no traffic explains it. */
export type LimitFigures = {
  readonly capacity: number | null
  /** Busy hour's Erlangs by channels, in %. */
  readonly utilisation: number | null
  readonly limitSeconds: number | null
  /** Seizures that found every channel taken. */
  readonly metFull: number | null
  /** Erlangs offered in the busy hour, given what was carried; without a capacity what was carried. */
  readonly offered: number | null
  /** Share of calls turned away in the busy hour, in %, by Erlang B. */
  readonly blocking: number | null
  /** Fewest channels that keep blocking at the target; null where the trunk carried all it could. */
  readonly channelsNeeded: number | null
}

/** `id` null: trunks by rule that have no name under Trunks. */
export type TrunkFigures = LoadFigures & LimitFigures & { readonly id: number | null; readonly name: string }

export type SourceFigures = LoadFigures & { readonly id: number; readonly name: string }

export type BusyHours = {
  readonly fixed: BusyHourAt | null
  /** The sixty minutes that carried most, beginning with any minute. */
  readonly sliding: BusyHourAt | null
  /** TCBH: of the hours of the clock, the one with the highest mean over the days. */
  readonly timeConsistent: { readonly clock: number; readonly erlangs: number; readonly seizures: number } | null
  /** ADPH: the mean of each day's busiest hour. */
  readonly dailyPeaks: { readonly days: number; readonly erlangs: number; readonly seizures: number } | null
}

export type LoadPoint = {
  readonly at: string
  readonly peak: number
  /** Mean of channels taken. */
  readonly average: number
  readonly limitSeconds: number
}

export type HourOfDayLoad = { readonly clock: number; readonly erlangs: number; readonly peak: number }

/** GET /api/v1/trunk-load?from&to&zone&trunk&target. `target` in %. */
export type TrunkLoad = {
  readonly from: string
  readonly to: string
  readonly zone: string
  readonly target: number
  readonly all: LoadFigures & LimitFigures
  readonly trunks: readonly TrunkFigures[]
  readonly sources: readonly SourceFigures[]
  /** Of what `trunk` names: "all", "none" (trunks without a name), or an id. */
  readonly chosen: {
    readonly trunk: string
    readonly busyHours: BusyHours
    readonly hours: readonly HourOfDayLoad[]
    readonly series: { readonly seconds: number; readonly points: readonly LoadPoint[] }
  }
}
