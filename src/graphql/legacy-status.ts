import type { ApolloServerPlugin } from '@apollo/server';

/** The error codes of requests that are well-formed but cannot be executed. */
const NOT_RUN = ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT', 'OPERATION_RESOLUTION_FAILURE'];

/**
 * Sends 200 instead of 400 if an operation cannot be executed and the client accepts only `application/json`. Clients older than
 * `application/graphql-response+json` treat any other status as a transport failure and ignore the errors. Clients that accept
 * the newer media type, or send no `Accept`, get 400.
 *
 * @see GraphQL over HTTP, section 6.4.1; audits 572B, FDE2 and 7B9B of graphql-http
 */
export function okForPlainJson(): ApolloServerPlugin {
  return {
    requestDidStart: async () => ({
      willSendResponse: async ({ request, response: { http, body } }) => {
        if (http.status !== 400 || body.kind !== 'single' || body.singleResult.data !== undefined) return;
        const codes = (body.singleResult.errors ?? []).map(({ extensions }) => String(extensions?.code));
        const named = mediaTypes(request.http?.headers.get('accept'));
        const isOld = named.includes('application/json') && !named.includes('application/graphql-response+json');
        if (isOld && codes.every((code) => NOT_RUN.includes(code))) http.status = 200;
      },
    }),
  };
}

function mediaTypes(accept = ''): string[] {
  return accept.split(',').map((range) => (range.split(';', 1)[0] ?? '').trim().toLowerCase());
}
