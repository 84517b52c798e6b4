// Problem details (RFC 9457) as the API description shows them.

// The one shape of every refusal on the wire (RFC 9457); which kinds there are is in ../problem.ts.

import { z } from '@hono/zod-openapi'

/** The body of every answer that is not 2xx. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    kind: z.string(),
    detail: z.string().optional(),
    fields: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem', {
    description: 'RFC 9457 problem details. `kind` is stable and meant for programs.',
    example: {
      type: 'urn:tollbook:problem:invalid',
      title: 'Some of it is not right',
      status: 422,
      kind: 'invalid',
      fields: [{ field: 'email', message: 'Invalid email address' }],
    },
  })
