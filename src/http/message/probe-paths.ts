/** The liveness and the readiness probe. */
export const [LIVENESS, READINESS] = ['/healthz', '/readyz'] as const;

/** The paths of both probes. */
export const HEALTH_PATHS: readonly string[] = [LIVENESS, READINESS];

/** The path of the metrics. */
export const METRICS_PATH = '/metrics';
