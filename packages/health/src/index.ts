export {
  type DataHealth,
  type DearFigures,
  dataHealth,
  dearFigures,
  type HealthAsked,
  MAX_HOURS,
} from './data-health.ts'
export type { Finding, FindingKind, Severity } from './findings.ts'
export type { HourState, Strip } from './hour-strip.ts'
export { LONG_S, type LongCall } from './long-calls.ts'
export type { LostCall } from './lost-calls.ts'
export type { FeedFacts, LiveFacts, SourceFacts } from './read-sources.ts'
