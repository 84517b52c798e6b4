// The second door of directory: people and how they sign in. Its readers (api, cli) are not those of the first door
// (capture and charging), who never meet a person.

export {
  type BiUser,
  type BiUserRefusal,
  createBiUser,
  dropBiUser,
  listBiUsers,
  type NewBiUser,
} from './bi-users.ts'
export { createLoginLink, LOGIN_LINK_MS, useLoginLink } from './login-link.ts'
export { isAcceptablePassword } from './passwords.ts'
export {
  createPushToken,
  findPushToken,
  isPushToken,
  listPushTokens,
  type PushHolder,
  type PushToken,
  revokePushToken,
} from './push-tokens.ts'
export { listSavedViews, removeView, type SavedView, saveView } from './saved-views.ts'
export { endOtherSessions, endSession, findSession, SESSION_MS, type SignedIn, startSession } from './sessions.ts'
export { ensureAdmin, type Role, saveProfile, type TenantAccess, tenantsOf, userByPassword } from './users.ts'
