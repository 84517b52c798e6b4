// Routes of the rules for calls, with their types; see routes.ts.

import type { CallRules, RulesAnswer, RulesPreview, RulesTrial, RulesTrialRequest } from '@tollbook/api/wire-rules'
import { get, send } from './client.ts'

/** `source` '' = the rules of the tenant. */
export const readRules = (tenant: string, source: string, signal?: AbortSignal) =>
  get<RulesAnswer>('/rules', { tenant, source }, signal)
export const saveRules = (tenant: string, source: string, rules: CallRules) =>
  send<RulesAnswer>('PUT', '/rules', { tenant, source }, rules)
export const resetRules = (tenant: string, source: string) => send<RulesAnswer>('DELETE', '/rules', { tenant, source })
export const previewRules = (tenant: string, source: string, rules: CallRules) =>
  send<RulesPreview>('POST', '/rules/preview', { tenant, source }, { rules })
export const tryRules = (tenant: string, trial: RulesTrialRequest) =>
  send<RulesTrial>('POST', '/rules/trial', { tenant }, trial)
