// The routes of tariffs: decks and their versions, plans, the simulator, revaluations, coverage, carriers. See routes.ts.

import type { AccountRow, CarrierRow, DeckRow, Page, TrunkRow } from '@tollbook/api/wire'
import type {
  ActivateRequest,
  Coverage,
  CreditProposal,
  DeckDetail,
  DraftReport,
  PlanInfo,
  RateDetail,
  RateEdit,
  Revaluation,
  RevaluationRequest,
  SheetPreview,
  Simulation,
  VersionDetail,
  VersionDiff,
} from '@tollbook/api/wire-tariffs'
import { address, get, type Query, send, upload } from './client.ts'

const id = encodeURIComponent
const silent = () => undefined

// decks
export const listDecks = (tenant: string, signal?: AbortSignal) => get<Page<DeckRow>>('/decks', { tenant }, signal)
export const readDeck = (tenant: string, deckId: number, signal?: AbortSignal) =>
  get<DeckDetail>(`/decks/${deckId}`, { tenant }, signal)
export const listRates = (tenant: string, deckId: number, query: Query, signal?: AbortSignal) =>
  get<Page<RateDetail>>(`/decks/${deckId}/rates`, { tenant, ...query }, signal)
export const editRates = (tenant: string, deckId: number, edit: RateEdit) =>
  send<DraftReport>('POST', `/decks/${deckId}/rates`, { tenant }, edit)
export const setDefaultDeck = (tenant: string, deckId: number) =>
  send<unknown>('POST', `/decks/${deckId}/default`, { tenant })
export const ratesCsv = (tenant: string, deckId: number, version?: number) =>
  address(`/decks/${deckId}/rates.csv`, { tenant, version })
export const priceListCsv = (tenant: string, deckId: number) => address(`/decks/${deckId}/price-list.csv`, { tenant })
export const priceListPdf = (tenant: string, deckId: number, locale: string) =>
  address(`/decks/${deckId}/price-list.pdf`, { tenant, locale })

// sheets and versions
export const previewSheet = (tenant: string, form: FormData) =>
  upload<SheetPreview>('/decks/preview', { tenant }, form, silent)
export const draftSheet = (tenant: string, form: FormData) =>
  upload<DraftReport>('/decks/draft', { tenant }, form, silent)
const version = (deckId: number, number: number) => `/decks/${deckId}/versions/${number}`
export const readVersion = (tenant: string, deckId: number, number: number, signal?: AbortSignal) =>
  get<VersionDetail>(version(deckId, number), { tenant }, signal)
export const diffVersion = (tenant: string, deckId: number, number: number, query: Query, signal?: AbortSignal) =>
  get<VersionDiff>(`${version(deckId, number)}/diff`, { tenant, ...query }, signal)
export const activateVersion = (tenant: string, deckId: number, number: number, request: ActivateRequest) =>
  send<DeckDetail>('POST', `${version(deckId, number)}/activate`, { tenant }, request)
export const withdrawVersion = (tenant: string, deckId: number, number: number) =>
  send<DeckDetail>('POST', `${version(deckId, number)}/withdraw`, { tenant })
export const rollBackTo = (tenant: string, deckId: number, number: number) =>
  send<DeckDetail>('POST', `${version(deckId, number)}/rollback`, { tenant })
export const discardDraft = (tenant: string, deckId: number, number: number) =>
  send<unknown>('DELETE', version(deckId, number), { tenant })

// plans
export const listPlans = (tenant: string, signal?: AbortSignal) => get<Page<PlanInfo>>('/plans', { tenant }, signal)
export const savePlan = (tenant: string, plan: PlanInfo) =>
  plan.id === 0
    ? send<PlanInfo>('POST', '/plans', { tenant }, plan)
    : send<PlanInfo>('PUT', `/plans/${plan.id}`, { tenant }, plan)
export const deletePlan = (tenant: string, planId: number) => send<unknown>('DELETE', `/plans/${planId}`, { tenant })
export const setDefaultPlan = (tenant: string, planId: number) =>
  send<unknown>('PATCH', `/tenants/${id(tenant)}`, {}, { planId })
export const saveAccountPlan = (tenant: string, accountId: number, planId: number) =>
  send<AccountRow>('PATCH', `/accounts/${accountId}`, { tenant }, { planId })

// questions
export const simulate = (tenant: string, query: Query, signal?: AbortSignal) =>
  get<Simulation>('/simulate', { tenant, ...query }, signal)
export const readCoverage = (tenant: string, query: Query, signal?: AbortSignal) =>
  get<Coverage>('/coverage', { tenant, ...query }, signal)

// revaluations
export const listRevaluations = (tenant: string, query: Query, signal?: AbortSignal) =>
  get<Page<Revaluation>>('/revaluations', { tenant, ...query }, signal)
export const readRevaluation = (tenant: string, key: string, signal?: AbortSignal) =>
  get<Revaluation>(`/revaluations/${id(key)}`, { tenant }, signal)
export const startRevaluation = (tenant: string, request: RevaluationRequest) =>
  send<Revaluation>('POST', '/revaluations', { tenant }, request)
export const applyRevaluation = (tenant: string, key: string) =>
  send<Revaluation>('POST', `/revaluations/${id(key)}/apply`, { tenant })
export const cancelRevaluation = (tenant: string, key: string) =>
  send<Revaluation>('POST', `/revaluations/${id(key)}/cancel`, { tenant })
export const listProposals = (tenant: string, query: Query, signal?: AbortSignal) =>
  get<Page<CreditProposal>>('/credit-proposals', { tenant, ...query }, signal)
export const dismissProposal = (tenant: string, accountId: number, callKey: string) =>
  send<unknown>('POST', '/credit-proposals/dismiss', { tenant }, { accountId, callKey })

// carriers
export const listCarriers = (tenant: string, signal?: AbortSignal) =>
  get<Page<CarrierRow>>('/carriers', { tenant }, signal)
export const addCarrier = (tenant: string, carrier: { name: string; currency: string; deckId: number }) =>
  send<CarrierRow>('POST', '/carriers', { tenant }, carrier)
export const saveCarrier = (tenant: string, carrierId: number, change: { deckId: number }) =>
  send<CarrierRow>('PATCH', `/carriers/${carrierId}`, { tenant }, change)
export const listTrunks = (tenant: string, signal?: AbortSignal) => get<Page<TrunkRow>>('/trunks', { tenant }, signal)
export const saveTrunk = (tenant: string, trunkId: number, change: { carrierId: number }) =>
  send<TrunkRow>('PATCH', `/trunks/${trunkId}`, { tenant }, change)
