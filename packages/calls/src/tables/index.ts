export { tabledContext } from './tabled-context.ts'
export { type Tabled, type TabledRow, tabledRows } from './tabled-rows.ts'
