// The routes of the people page: who was missed and called back, and departments.

import type { DepartmentChange, DepartmentRow, MissedCalls, Page } from '@tollbook/api/wire'
import { get, type Query, send } from './client.ts'

export const listMissed = (query: Query, signal?: AbortSignal) => get<MissedCalls>('/missed-calls', query, signal)
export const listDepartments = (tenant: string, signal?: AbortSignal) =>
  get<Page<DepartmentRow>>('/departments', { tenant }, signal)
export const addDepartment = (tenant: string, change: DepartmentChange) =>
  send<DepartmentRow>('POST', '/departments', { tenant }, change)
export const changeDepartment = (tenant: string, department: number, change: DepartmentChange) =>
  send<DepartmentRow>('PUT', `/departments/${department}`, { tenant }, change)
export const removeDepartment = (tenant: string, department: number) =>
  send<unknown>('DELETE', `/departments/${department}`, { tenant })
