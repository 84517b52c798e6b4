export { peerOf } from '../channel.ts'
export type {
  Attempt,
  AttemptResult,
  CallStory,
  Party,
  Phase,
  QueueVisit,
  RowRole,
  StoryRow,
  Talk,
  Transfer,
  TrunkLeg,
} from './call-story.ts'
export { type RulesOf, readStories, readStory, type StoriesAsked, type ToldCall } from './read-stories.ts'
export { type StoryJson, storyJson } from './story-json.ts'
export { type CallFacts, tellCall } from './tell-call.ts'
