export {
  checkpointOf,
  type Feed,
  type FeedKind,
  type FeedState,
  listFeeds,
  moveCheckpoint,
  type NewFeed,
  removeFeed,
  saveFeed,
  setFeedState,
} from './feeds.ts'
export {
  type Coverage,
  type Gap,
  type GapCause,
  gapKeyOf,
  listCoverage,
  listGaps,
  type NewGap,
  noteCoverage,
  noteGap,
} from './gaps.ts'
export { countHours, type HourCounts, type SourceHour, sourceHours } from './source-hours.ts'
export { moveSpoolPosition, spoolPositionOf } from './spool-positions.ts'
