// Which version of a deck is in force when: of the active ones that have begun, the one that took over last. So a change
// made today does not call off the one that is scheduled for next month.

/** A version as far as its time goes. */
export type VersionSpan = {
  readonly version: number
  readonly state: 'draft' | 'active' | 'withdrawn'
  readonly effectiveFromMs: number
  /** When it was put into force; undefined for a draft. It takes over then, or when it begins, whichever is later. */
  readonly activatedAtMs: number | undefined
}

/** From an instant on, this version: until the next entry begins. */
export type InForce = { readonly version: number; readonly fromMs: number }

/** The versions that are ever in force, ascending by when they begin. */
export function timelineOf(versions: readonly VersionSpan[]): readonly InForce[] {
  const active = versions.filter((v) => v.state === 'active')
  const byStart = active.toSorted((a, b) => a.effectiveFromMs - b.effectiveFromMs || (outranks(a, b) ? -1 : 1))
  const spans: InForce[] = []
  let standing: VersionSpan | undefined
  for (const one of byStart) {
    if (standing !== undefined && !outranks(one, standing)) continue
    standing = one
    spans.push({ version: one.version, fromMs: one.effectiveFromMs })
  }
  return spans
}

/** True when `a` took over after `b`; of one moment the higher number did. */
function outranks(a: VersionSpan, b: VersionSpan): boolean {
  const later = takesOverMs(a) - takesOverMs(b)
  return later > 0 || (later === 0 && a.version > b.version)
}

function takesOverMs({ effectiveFromMs, activatedAtMs = 0 }: VersionSpan): number {
  return Math.max(effectiveFromMs, activatedAtMs)
}

/** Number of the version in force at an instant; 0 = none. */
export function versionAt(timeline: readonly InForce[], atMs: number): number {
  return timeline.findLast((span) => span.fromMs <= atMs)?.version ?? 0
}

/** What people call the state of a version at an instant. */
export type VersionStanding = 'draft' | 'scheduled' | 'in-force' | 'superseded' | 'withdrawn'

/** An active version that never comes into force, or no longer is, counts as superseded. */
export function standingOf(version: VersionSpan, timeline: readonly InForce[], nowMs: number): VersionStanding {
  if (version.state !== 'active') return version.state
  if (versionAt(timeline, nowMs) === version.version) return 'in-force'
  const begins = timeline.find((span) => span.version === version.version)?.fromMs
  return begins !== undefined && begins > nowMs ? 'scheduled' : 'superseded'
}
