import type { Config } from '../../../config/settings.ts';
import { countAddresses } from '../../../config/sign-in.ts';

/** The largest network of proxies without a warning, in addresses. */
const MOST_ADDRESSES = 256n;

/** What single sign-on permits. */
export interface SignInReport {
  /** A sentence; null without single sign-on. */
  readonly detail: string | null;
  /** Warnings, each with its remedy. */
  readonly warnings: readonly (readonly [warning: string, remedy: string])[];
}

/**
 * Describes the single sign-on of a server.
 *
 * @param config - The settings.
 */
export function describeSignIn({ authHeader, authScopes, trustProxy }: Config): SignInReport {
  if (authHeader === '') return { detail: null, warnings: [] };
  const groups = [...authScopes].map(([group, scope]) => `${group} ${scope}`);
  const scopes = ['read', ...groups].join(', ');
  const large = trustProxy.filter((network) => countAddresses(network) > MOST_ADDRESSES);
  return {
    detail: `${authHeader} from ${trustProxy.join(', ')} names the user; scopes: ${scopes}`,
    warnings: [
      ...large.map(
        (network) =>
          [
            `each of the ${countAddresses(network)} addresses of ${network} in TRUST_PROXY can name any user`,
            'list only the addresses of the proxies',
          ] as const,
      ),
      ...(groups.length > 0
        ? []
        : [['signed-in users can only read', 'set AUTH_GROUPS_HEADER and AUTH_SCOPES'] as const]),
    ],
  };
}
