// Routes of finding again: tags, saved views, files.

import type { SavedView, TagRow } from '@tollbook/api/wire-office'
import { address, get, type Query, send } from './client.ts'

export type FileFormat = 'csv' | 'xlsx' | 'json' | 'ndjson' | 'parquet'

const id = encodeURIComponent

export const listTags = (tenant: string, signal?: AbortSignal) =>
  get<{ readonly items: readonly TagRow[] }>('/tags', { tenant }, signal)
export const tagCalls = (tenant: string, keys: readonly string[], add: readonly string[], remove: readonly string[]) =>
  send<{ readonly changed: number }>('POST', '/calls/tags', { tenant }, { keys, add, remove })

export const listViews = (tenant: string, signal?: AbortSignal) =>
  get<{ readonly items: readonly SavedView[] }>('/views', { tenant }, signal)
export const saveView = (tenant: string, view: Omit<SavedView, 'id'>) =>
  send<SavedView>('POST', '/views', { tenant }, view)
export const removeView = (tenant: string, viewId: number) =>
  send<unknown>('DELETE', `/views/${id(String(viewId))}`, { tenant })

export const callsFile = (query: Query, format: FileFormat, columns: string | undefined) =>
  address('/calls/export', { ...query, format, columns })
