export type { ShapeName } from './call-shapes.ts'
export { type FakeAsterisk, fakeAsterisk, type PbxTruth } from './fake-asterisk.ts'
export type { TrueCall, TrueLeg } from './place-call.ts'
export { type Seeded, seeded } from './seeded.ts'
