export { type SampleOptions, sampleCdrLines } from './cdr-lines.ts'
export { type SampleDeck, sampleDecks } from './decks.ts'
export { eraseSample } from './erase-sample.ts'
export {
  type LoadSampleOptions,
  loadSample,
  SAMPLE_STAGES,
  type SampleProgress,
  type SampleReport,
  type SampleStage,
} from './load-sample.ts'
export { type SampleState, sampleState } from './sample-state.ts'
export { SAMPLE_SLUG, SAMPLE_ZONE } from './world.ts'
