// PostgreSQL as most people run it, from the official image, for the tests that must not know only the embedded one.
// Only where it was asked for (TOLLBOOK_TEST_CONTAINER=1: it may fetch the image) and a container runtime answers.

/** The image compose.yaml names. */
const IMAGE = 'postgres:18'

export type ContainerPostgres = { readonly url: string; stop(): Promise<void> }

/** Starts one, or says why there is none here: not asked for, no runtime, or no image. */
export async function containerPostgres(): Promise<ContainerPostgres | { readonly absent: string }> {
  if (process.env.TOLLBOOK_TEST_CONTAINER !== '1') return { absent: 'TOLLBOOK_TEST_CONTAINER is not 1' }
  // Loaded here and not above: it is heavy, and only this needs it.
  const { GenericContainer, Wait } = await import('testcontainers')
  try {
    const container = await new GenericContainer(IMAGE)
      .withEnvironment({ POSTGRES_USER: 'tollbook', POSTGRES_PASSWORD: 'test' })
      .withExposedPorts(5432)
      // It says so twice: once for the server that only initialises.
      .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, 2))
      .start()
    return {
      url: `postgres://tollbook:test@${container.getHost()}:${container.getMappedPort(5432)}/tollbook`,
      stop: async () => void (await container.stop()),
    }
  } catch (error) {
    return { absent: error instanceof Error ? error.message : String(error) }
  }
}
