export type { CallRules, ChannelKind, ChannelRule, ContextRule } from './call-rules.ts'
export {
  type CompiledRules,
  classOfChannel,
  compileRules,
  directionOfContext,
  isDid,
  isTrunkPeer,
  type PathStep,
  pathStepOf,
  ruleOfChannel,
} from './compile-rules.ts'
export { DEFAULT_RULES } from './default-rules.ts'
export { readRules } from './read-rules.ts'
export {
  loadRules,
  type RulesInForce,
  type RulesStanding,
  rulesOfSource,
  rulesStanding,
  saveRules,
} from './store-rules.ts'
